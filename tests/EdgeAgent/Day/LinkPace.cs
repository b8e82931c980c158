using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Outbox;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Day;

/// <summary>Holds the day back while the link works: its socket, its disk and this machine's load take real time, in which no event may grow old.</summary>
internal sealed class LinkPace(FakeTimeProvider clock, TimeSpan longestBackOff)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Returns when <paramref name="done"/>; fails where the link gets nowhere.</summary>
    /// <param name="done">What is waited for.</param>
    /// <param name="link">How the link is.</param>
    /// <param name="outbox">How the outbox is.</param>
    /// <param name="meanwhile">Done at each look.</param>
    public async Task UntilAsync(Func<bool> done, Func<MqttState> link, Func<OutboxStatus> outbox, Action meanwhile)
    {
        var (last, moved, slept) = (default((DateTimeOffset, long, long, long)), Stopwatch.GetTimestamp(), TimeSpan.Zero);
        while (!done())
        {
            meanwhile();
            var (state, status) = (link(), outbox());
            if ((state.Since, state.Delivered, status.Pending, status.LastSeq) is var now && now != last)
            {
                (last, moved, slept) = (now, Stopwatch.GetTimestamp(), TimeSpan.Zero);
            }

            Assert.True(Stopwatch.GetElapsedTime(moved) < Patience, $"The link stands still: {state}, {status}");

            // Only the clock ends a back-off, but what follows it is real: twice the longest back-off is all the link can need, since one may begin late on a busy machine.
            var asleep = state.Trouble is not null && slept < 2 * longestBackOff;
            var step = asleep ? TimeSpan.FromSeconds(1) : Look;
            slept += asleep ? step : TimeSpan.Zero;
            clock.Advance(step);
            await Task.Delay(Look);
        }
    }
}
