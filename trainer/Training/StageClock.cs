using ShiTu.Trainer.Ranks;

namespace ShiTu.Trainer.Training;

/// <summary>How far a stage is: by steps, by minutes, or by whichever of both is further.</summary>
internal sealed class StageClock(StageOptions stage, TimeProvider time, double before)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>Seconds in the stage, those before a resume included.</summary>
    public double Seconds => before + time.GetElapsedTime(_start).TotalSeconds;

    /// <summary>The seconds by which decisions are made: those at the last <see cref="Agree"/>, on every rank the first one's.</summary>
    public double Agreed { get; private set; }

    /// <summary>Looks at the time, together with the other ranks.</summary>
    public StageClock Agree(RankGroup? ranks)
    {
        Agreed = ranks is null ? Seconds : ranks.FromFirst(Seconds);
        return this;
    }

    /// <summary>0 at the start, 1 when the stage is over.</summary>
    public double Progress(long step)
    {
        var bySteps = stage.Steps > 0 ? (double)step / stage.Steps : 0;
        var byTime = stage.Minutes > 0 ? Agreed / (stage.Minutes * 60) : 0;
        return Math.Clamp(Math.Max(bySteps, byTime), 0, 1);
    }

    public TimeSpan Left(long step)
    {
        var progress = Progress(step);
        return progress > 0 ? TimeSpan.FromSeconds(Seconds / progress * (1 - progress)) : TimeSpan.Zero;
    }
}
