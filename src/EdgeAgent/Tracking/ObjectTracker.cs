using ShiTu.Inference.Detection;

namespace ShiTu.EdgeAgent.Tracking;

/// <summary>Joins the boxes of each frame to the objects of the frames before: by place and movement first, by looks where those fail.</summary>
internal sealed class ObjectTracker
{
    private const float LeastIou = 0.1f;
    private const float FarthestJump = 0.6f;

    // Once an object's movement is known it is where it should be: another box near by is another object's.
    private const int SightsToKnow = 4;
    private const float KnownLeastIou = 0.3f;
    private const float KnownLargestGrowth = 1.8f;
    private const float KnownFarthestJump = 0.3f;
    private const float LargestGrowth = 2.5f;
    private const float SameObject = 0.75f;
    private const float FarthestReturn = 3f;

    private readonly Track[] _tracks;
    private readonly Assignment _assignment;
    private readonly float[] _costs;
    private readonly int[] _rowOf;
    private readonly bool[] _taken;

    /// <summary>Makes room.</summary>
    public ObjectTracker(int maxObjects, int maxBoxes, int dimension, int candidates)
    {
        _tracks = new Track[maxObjects];
        for (var i = 0; i < maxObjects; i++)
        {
            _tracks[i] = new Track(dimension, candidates);
        }

        _assignment = new Assignment(maxObjects + maxBoxes);
        _costs = new float[maxObjects * maxBoxes];
        _rowOf = new int[maxObjects];
        _taken = new bool[maxBoxes];
    }

    /// <summary>All places; those that are not <see cref="Track.Alive"/> are free.</summary>
    public ReadOnlySpan<Track> Tracks => _tracks;

    /// <summary>Boxes that found no place because there are too many objects.</summary>
    public long Overflow { get; private set; }

    /// <summary>Gives every box a track, a new one where none fits; tracks without a box have <see cref="Track.Row"/> -1.</summary>
    /// <param name="boxes">The frame's boxes.</param>
    /// <param name="now">Scene time.</param>
    public void Join(ReadOnlySpan<Detection> boxes, TimeSpan now)
    {
        _taken.AsSpan().Clear();
        Assign(boxes, now, established: true);
        Assign(boxes, now, established: false);
        for (var row = 0; row < boxes.Length; row++)
        {
            if (!_taken[row])
            {
                Begin(boxes[row], row, now);
            }
        }
    }

    /// <summary>A new track was looked at: where it is an object that was lost a moment ago, the old track goes on and the new one ends.</summary>
    /// <returns>The track that goes on.</returns>
    public Track Rejoin(Track fresh, ReadOnlySpan<float> embedding, TimeSpan now)
    {
        Track? best = null;
        var resemblance = SameObject;
        foreach (var lost in _tracks)
        {
            if (lost.Alive && lost.Row < 0 && lost.Owner is null && lost != fresh && BoxGeometry.Distance(lost.Predict(now), fresh.Box) < FarthestReturn && lost.Looks.Resemblance(embedding) is var likeness && likeness > resemblance)
            {
                best = lost;
                resemblance = likeness;
            }
        }

        if (best is null)
        {
            return fresh;
        }

        best.See(fresh.Box, now);
        best.Row = fresh.Row;
        best.Clean = fresh.Clean;
        fresh.End();
        return best;
    }

    // Objects choose before shadows and newcomers do: a doubtful box beside an object must not take its place.
    private void Assign(ReadOnlySpan<Detection> boxes, TimeSpan now, bool established)
    {
        for (var i = 0; i < _tracks.Length; i++)
        {
            var takesPart = _tracks[i].Alive && IsEstablished(_tracks[i]) == established;
            for (var row = 0; row < boxes.Length; row++)
            {
                _costs[(i * boxes.Length) + row] = takesPart && !_taken[row] ? Cost(_tracks[i].Predict(now), boxes[row], _tracks[i].Sights >= SightsToKnow) : Assignment.Forbidden;
            }
        }

        _assignment.Solve(_costs.AsSpan(0, _tracks.Length * boxes.Length), _tracks.Length, boxes.Length, _rowOf);
        for (var i = 0; i < _tracks.Length; i++)
        {
            if (IsEstablished(_tracks[i]) != established)
            {
                continue;
            }

            _tracks[i].Row = _tracks[i].Alive ? _rowOf[i] : -1;
            if (_tracks[i].Row >= 0)
            {
                _tracks[i].See(boxes[_rowOf[i]], now);
                _taken[_rowOf[i]] = true;
            }
        }
    }

    private static bool IsEstablished(Track track) => track.Number > 0;

    private static float Cost(in Detection predicted, in Detection box, bool known)
    {
        var growth = BoxGeometry.Area(predicted) / Math.Max(1, BoxGeometry.Area(box));
        var most = known ? KnownLargestGrowth : LargestGrowth;
        if (growth < 1 / most || growth > most)
        {
            return Assignment.Forbidden;
        }

        var iou = BoxGeometry.Iou(predicted, box);
        if (iou >= (known ? KnownLeastIou : LeastIou))
        {
            return 1 - iou;
        }

        var distance = BoxGeometry.Distance(predicted, box);
        return distance < (known ? KnownFarthestJump : FarthestJump) ? 1 + distance : Assignment.Forbidden;
    }

    private void Begin(in Detection box, int row, TimeSpan now)
    {
        foreach (var track in _tracks)
        {
            if (!track.Alive)
            {
                track.Begin(box, now);
                track.Row = row;
                return;
            }
        }

        Overflow++;
    }
}
