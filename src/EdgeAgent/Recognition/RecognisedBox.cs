using ShiTu.EdgeAgent.Events;
using ShiTu.Inference.Imaging;

namespace ShiTu.EdgeAgent.Recognition;

/// <summary>A box of a picture with its candidates and verdict. Reused from picture to picture.</summary>
internal sealed class RecognisedBox(int candidates)
{
    private readonly Match[] _matches = new Match[candidates];

    /// <summary>Where it is, inside the picture.</summary>
    public PixelRect Rect { get; private set; }

    /// <summary>Detector score, 0..1; 1 for the whole picture.</summary>
    public float DetectorScore { get; private set; }

    /// <summary>True for the picture as a whole.</summary>
    public bool IsWholePicture { get; private set; }

    /// <summary>The verdict in figures.</summary>
    public Judgement Judgement { get; private set; }

    /// <summary>Filled candidates, best first.</summary>
    public ReadOnlySpan<Match> Candidates => _matches.AsSpan(0, Filled());

    /// <summary>The box as events carry it.</summary>
    public EventBox EventBox => new(Rect.X, Rect.Y, Rect.Width, Rect.Height);

    internal Span<Match> Matches => _matches;

    internal void Place(PixelRect rect, float detectorScore, bool wholePicture)
    {
        Rect = rect;
        DetectorScore = detectorScore;
        IsWholePicture = wholePicture;
    }

    internal void Judge(float margin) => Judgement = VerdictRule.Judge(_matches, margin);

    private int Filled()
    {
        var count = 0;
        while (count < _matches.Length && _matches[count].Item is not null)
        {
            count++;
        }

        return count;
    }
}
