using ShiTu.EdgeAgent.Pipeline;

namespace ShiTu.EdgeAgent.Tests.Pipeline;

/// <summary>Counts the signs of life of a loop.</summary>
internal sealed class CountedPulse : IPulse
{
    private long _beats;

    public long Beats => Interlocked.Read(ref _beats);

    public void Beat() => Interlocked.Increment(ref _beats);

    public void Wait()
    {
    }
}
