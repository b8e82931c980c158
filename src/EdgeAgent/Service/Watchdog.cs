using Microsoft.Extensions.Logging;

namespace ShiTu.EdgeAgent.Service;

/// <summary>Feeds the service manager's watchdog only while every loop makes progress or is known to wait for something outside (decision 10).</summary>
internal sealed partial class Watchdog(Heartbeats beats, SystemdNotifier notifier, TimeProvider time, ILogger<Watchdog> log)
{
    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(10);

    /// <summary>Names of the loops that were stuck at the last look.</summary>
    public IReadOnlyList<string> Stuck { get; private set; } = [];

    /// <summary>Looks and feeds until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer((notifier.WatchdogInterval ?? DefaultInterval) / 3, time);
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
        {
            Stuck = beats.Stuck(StuckAfter);
            if (Stuck.Count == 0)
            {
                notifier.Watchdog();
            }
            else
            {
                LogStuck(log, string.Join(", ", Stuck));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "No progress in: {Loops}. The service manager is not fed until there is.")]
    private static partial void LogStuck(ILogger log, string loops);
}
