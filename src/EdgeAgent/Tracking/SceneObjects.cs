using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.Pipeline;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.Inference.Detection;

namespace ShiTu.EdgeAgent.Tracking;

/// <summary>
/// The objects one camera sees (decision 5): boxes in, looks in, events out. One thread at a time. Time is the scene's own and never the wall clock's, so that a file gives the same
/// objects however fast it is read.
/// </summary>
internal sealed class SceneObjects
{
    private static readonly TimeSpan LongestStep = TimeSpan.FromMilliseconds(500);

    private readonly TrackingOptions _options;
    private readonly ObjectTracker _tracker;
    private readonly LookPlan _plan;
    private readonly Vote _vote;
    private readonly SettleRule _settle;
    private readonly LeaveRule _leave;
    private readonly Shadows _shadows;
    private readonly ObjectEvents _events;
    private readonly LiveBox[] _live;
    private TimeSpan? _last;

    /// <summary>Allocates everything.</summary>
    /// <param name="options">Tracking rules.</param>
    /// <param name="margin">Least distance to another label.</param>
    /// <param name="maxBoxes">Most boxes a frame.</param>
    /// <param name="dimension">Floats an embedding.</param>
    /// <param name="candidates">Matches a look.</param>
    /// <param name="events">Where events go.</param>
    public SceneObjects(TrackingOptions options, float margin, int maxBoxes, int dimension, int candidates, ObjectEvents events)
    {
        _options = options;
        _tracker = new ObjectTracker(options.MaxObjects, maxBoxes, dimension, candidates);
        _plan = new LookPlan(options);
        _vote = new Vote(options, margin, candidates);
        _settle = new SettleRule(options);
        _leave = new LeaveRule(options);
        _shadows = new Shadows(events);
        _events = events;
        _live = new LiveBox[options.MaxObjects];
    }

    /// <summary>Most looks a frame.</summary>
    public int LooksPerFrame => _options.LooksPerFrame;

    /// <summary>True where an object that is seen has not settled: its next look must not wait.</summary>
    public bool Unsettled
    {
        get
        {
            foreach (var track in _tracker.Tracks)
            {
                if (track.Alive && track.Owner is null && (track.Confirmed is null || track.Missing > TimeSpan.Zero))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Joins the boxes of a frame to objects.</summary>
    /// <returns>Objects to look at now, with their boxes; give the looks to <see cref="Look"/> in this order.</returns>
    public ReadOnlySpan<Track> Join(ReadOnlySpan<Detection> boxes, int width, int height, TimeSpan now)
    {
        Pause(now);
        _events.Width = width;
        _events.Height = height;
        var step = _last is { } last && now > last ? now - last : TimeSpan.Zero;
        _last = now;
        _tracker.Join(boxes, now);
        Shadows.Follow(_tracker.Tracks, now);
        foreach (var track in _tracker.Tracks)
        {
            if (track.Alive && track.Row < 0)
            {
                track.Miss(step < LongestStep ? step : LongestStep);
            }
        }

        return _plan.Choose(_tracker.Tracks, width, height, now);
    }

    /// <summary>Takes a look at an object.</summary>
    /// <param name="track">One of <see cref="Join"/>'s.</param>
    /// <param name="embedding">Unit vector.</param>
    /// <param name="matches">Its candidates.</param>
    /// <param name="generation">Gallery generation searched.</param>
    public void Look(Track track, ReadOnlySpan<float> embedding, ReadOnlySpan<Match> matches, long generation)
    {
        var now = _last ?? TimeSpan.Zero;
        if (track.Looks.Taken == 0 && track.Number == 0)
        {
            track = _tracker.Rejoin(track, embedding, now);
        }

        _events.Generation = generation;
        track.LastLook = now;
        track.LookedBox = track.Box;
        track.Looks.Add(embedding, matches, track.Box.Score, BoxGeometry.Area(track.Box), track.Clean, generation);
        if (SettleRule.IsAnother(track))
        {
            track.Looks.Clear();
            track.Looks.Add(embedding, matches, track.Box.Score, BoxGeometry.Area(track.Box), track.Clean, generation);
        }

        Judge(track);
        if (Shadows.ShowsAnother(track))
        {
            track.Stand(now);
        }
    }

    /// <summary>Votes, opens, confirms and closes: the end of a frame.</summary>
    public void Settle()
    {
        _shadows.Cast(_tracker.Tracks, _last ?? TimeSpan.Zero);
        foreach (var track in _tracker.Tracks)
        {
            if (!track.Alive)
            {
                continue;
            }

            if (track.Owner is null)
            {
                Tell(track);
            }

            if (_leave.HasLeft(track, _tracker.Tracks, _events.Width, _events.Height, _last ?? TimeSpan.Zero))
            {
                Close(track);
            }
        }
    }

    /// <summary>Nothing moved in this frame: what is there stays.</summary>
    public void Stay(TimeSpan now)
    {
        Pause(now);
        _last = now;
        foreach (var track in _tracker.Tracks)
        {
            if (track.Alive && track.Missing == TimeSpan.Zero)
            {
                track.Stay(now);
            }
        }
    }

    /// <summary>The gallery changed: every look is searched for again.</summary>
    /// <param name="generation">Generation in use.</param>
    /// <param name="search">Searches it.</param>
    public void Refresh(long generation, LookSearch search)
    {
        foreach (var track in _tracker.Tracks)
        {
            if (track.Alive && track.Owner is null && track.Looks.Count > 0 && track.Looks.Generation != generation)
            {
                track.Looks.Refresh(search);
                _events.Generation = track.Looks.Generation;
                Judge(track);
            }
        }
    }

    /// <summary>Closes everything: the scene is over.</summary>
    public void CloseAll()
    {
        foreach (var track in _tracker.Tracks)
        {
            if (track.Alive)
            {
                Close(track);
            }
        }

        _last = null;
    }

    /// <summary>The objects as they stand; holds until the next call.</summary>
    public ReadOnlySpan<LiveBox> Live()
    {
        var count = 0;
        foreach (var track in _tracker.Tracks)
        {
            if (track.Alive && track.Number > 0 && track.Missing == TimeSpan.Zero)
            {
                _live[count++] = new LiveBox(track.Number, _events.BoxOf(track.Box), track.Box.Score, track.Confirmed ?? track.Judgement, track.Confirmed is not null);
            }
        }

        return _live.AsSpan(0, count);
    }

    // A camera that was away for long shows another scene; one that was away for a moment goes on where it was.
    private void Pause(TimeSpan now)
    {
        if (_last is { } last && (now - last > _options.ForgetAfter || now < last))
        {
            CloseAll();
        }
    }

    private void Judge(Track track)
    {
        track.Judgement = _vote.Judge(track.Looks, out var agreement);
        track.Agreement = agreement;
    }

    private void Tell(Track track)
    {
        var settled = _settle.IsSettled(track);
        if (track.Number == 0 && track.Sights >= _options.OpenAfter && (settled || !Shadows.IsDoubtful(track, _tracker.Tracks, _last ?? TimeSpan.Zero)))
        {
            _events.Open(track);
        }

        if (track.Number > 0 && settled)
        {
            Confirm(track);
        }
    }

    private void Confirm(Track track)
    {
        if (SettleRule.IsNews(track))
        {
            _events.Settle(track);
            track.Confirmed = track.Judgement;
        }
    }

    private void Close(Track track)
    {
        if (track.Number > 0)
        {
            if (track.Confirmed is null && track.Looks.Count >= _options.MinLooks)
            {
                Confirm(track);
            }

            _events.Close(track);
        }

        track.End();
    }
}
