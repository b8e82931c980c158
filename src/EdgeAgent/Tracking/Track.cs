using ShiTu.EdgeAgent.Recognition;
using ShiTu.Inference.Detection;

namespace ShiTu.EdgeAgent.Tracking;

/// <summary>An object while it is tracked. Used again for another one afterwards.</summary>
internal sealed class Track(int dimension, int candidates)
{
    private const float VelocityGain = 0.4f;

    /// <summary>True while it stands for an object.</summary>
    public bool Alive { get; private set; }

    /// <summary>Number of the object; 0 until it is opened.</summary>
    public long Number { get; set; }

    /// <summary>Where it was seen last.</summary>
    public Detection Box { get; private set; }

    /// <summary>Where it was expected when it was seen last.</summary>
    public Detection Expected { get; private set; }

    /// <summary>Where it was at the last look.</summary>
    public Detection LookedBox { get; set; }

    /// <summary>Pixels a second to the right.</summary>
    public float VelocityX { get; private set; }

    /// <summary>Pixels a second down.</summary>
    public float VelocityY { get; private set; }

    /// <summary>Scene time of the first sight.</summary>
    public TimeSpan FirstSeen { get; private set; }

    /// <summary>Scene time of the last sight.</summary>
    public TimeSpan LastSeen { get; private set; }

    /// <summary>Scene time of the last look.</summary>
    public TimeSpan LastLook { get; set; }

    /// <summary>How long it has been missed in frames that were looked at.</summary>
    public TimeSpan Missing { get; private set; }

    /// <summary>Frames it was seen in.</summary>
    public int Sights { get; private set; }

    /// <summary>Best detector score so far.</summary>
    public float BestScore { get; private set; }

    /// <summary>Box in the present frame: its row among the detections, or -1.</summary>
    public int Row { get; set; } = -1;

    /// <summary>Whether the box of the present frame shows this object alone and whole.</summary>
    public bool Clean { get; set; }

    /// <summary>Looks so far.</summary>
    public Looks Looks { get; } = new(dimension, candidates);

    /// <summary>What is thought of it now.</summary>
    public Judgement Judgement { get; set; }

    /// <summary>Share of the looks that agree.</summary>
    public float Agreement { get; set; }

    /// <summary>What was confirmed; null before.</summary>
    public Judgement? Confirmed { get; set; }

    /// <summary>The track this one is a shadow of (<see cref="Shadows"/>); null for one that stands for an object.</summary>
    public Track? Owner { get; set; }

    /// <summary>Frames in a row in which a shadow lay apart from its owner.</summary>
    public int FramesApart { get; set; }

    /// <summary>Starts with a new object.</summary>
    public void Begin(in Detection box, TimeSpan now)
    {
        Alive = true;
        Number = 0;
        Box = LookedBox = Expected = box;
        VelocityX = VelocityY = 0;
        FirstSeen = LastSeen = now;
        LastLook = TimeSpan.MinValue;
        Missing = TimeSpan.Zero;
        Sights = 1;
        BestScore = box.Score;
        Looks.Clear();
        Judgement = default;
        Agreement = 0;
        Confirmed = null;
        Owner = null;
    }

    /// <summary>It shows what another track stands for.</summary>
    public void Hide(Track owner)
    {
        Owner = owner;
        FramesApart = 0;
        Number = 0;
        Confirmed = null;
    }

    /// <summary>It is no shadow: it begins anew where it is.</summary>
    public void Stand(TimeSpan now)
    {
        Owner = null;
        FirstSeen = now;
        LastLook = TimeSpan.MinValue;
        Sights = 1;
        Looks.Clear();
        Judgement = default;
    }

    /// <summary>Takes the better box that a shadow has in this frame, and leaves it its own.</summary>
    public void SwapBox(Track shadow)
    {
        (Box, shadow.Box) = (shadow.Box, Box);
        (Row, shadow.Row) = (shadow.Row, Row);
    }

    /// <summary>Where it should be now.</summary>
    public Detection Predict(TimeSpan now)
    {
        var seconds = (float)Math.Min(1, (now - LastSeen).TotalSeconds);
        return BoxGeometry.Shift(Box, VelocityX * seconds, VelocityY * seconds);
    }

    /// <summary>It was seen.</summary>
    public void See(in Detection box, TimeSpan now)
    {
        var seconds = (float)(now - LastSeen).TotalSeconds;
        Expected = Predict(now);
        if (seconds > 0)
        {
            VelocityX += VelocityGain * (((box.X1 + box.X2 - Box.X1 - Box.X2) / 2 / seconds) - VelocityX);
            VelocityY += VelocityGain * (((box.Y1 + box.Y2 - Box.Y1 - Box.Y2) / 2 / seconds) - VelocityY);
        }

        Box = box;
        LastSeen = now;
        Missing = TimeSpan.Zero;
        Sights++;
        BestScore = Math.Max(BestScore, box.Score);
    }

    /// <summary>It is still where it was.</summary>
    public void Stay(TimeSpan now) => LastSeen = now;

    /// <summary>It was not seen for another while.</summary>
    public void Miss(TimeSpan span) => Missing += span;

    /// <summary>It stands for no object any more.</summary>
    public void End()
    {
        Alive = false;
        Row = -1;
        Owner = null;
    }
}
