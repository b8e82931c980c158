using Xunit;

namespace ShiTu.TestKit;

/// <summary>Measures what warm code allocates.</summary>
public static class SteadyState
{
    private const int Rounds = 5;

    /// <summary>
    /// Fails where every round allocates on this thread. Code that allocates does so in each round; the runtime's own count also jumps now and then, when a
    /// collection that another test causes takes this thread's unused buffer away, or when a hot method is compiled again.
    /// </summary>
    public static void AllocatesNothing(Action round)
    {
        round();
        var least = long.MaxValue;
        for (var i = 0; i < Rounds; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
