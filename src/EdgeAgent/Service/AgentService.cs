using Microsoft.Extensions.Logging;

namespace ShiTu.EdgeAgent.Service;

/// <summary>Runs an opened agent: pipeline, broker, watchdog, metrics, status. Ends with the sources, or when it is cancelled.</summary>
internal sealed partial class AgentService(AgentRuntime agent, SystemdNotifier notifier, ILoggerFactory logs)
{
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProofTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan DeliveryPatience = TimeSpan.FromSeconds(5);
    private readonly ILogger _log = logs.CreateLogger("ShiTu.Agent");
    private IReadOnlyList<string> _degraded = [];
    private readonly long _started = agent.Time.GetTimestamp();
    private bool _proved;
    private long _lastSeq;

    /// <summary>Runs until the sources end or it is cancelled; then everything is delivered, if a broker is there, and stopped.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var stop = new CancellationTokenSource();
        var watchdog = new Watchdog(agent.Beats, notifier, agent.Time, logs.CreateLogger<Watchdog>());
        using (var lease = agent.Index.Borrow())
        {
            agent.PublishGallery(lease.Index);
            var cameras = agent.Options.Cameras.Count(camera => camera.Enabled);
            LogReady(_log, agent.Models.Identity, agent.Models.EngineDescription, lease.Index.ItemCount, lease.Index.ViewCount, cameras);
        }

        notifier.Ready($"{agent.Models.EngineDescription}, {agent.Options.Cameras.Count} cameras");
        SpareMemory.Release();
        List<Task> loops = [agent.Mqtt.RunAsync(stop.Token), watchdog.RunAsync(stop.Token), ReportAsync(watchdog, stop.Token)];
        if (agent.Updates is { } updates)
        {
            loops.Add(updates.RunAsync(stop.Token));
        }

        try
        {
            await RunPipelineAsync(loops, cancellation).ConfigureAwait(false);
            if (!agent.Restart.IsAsked)
            {
                await WaitForDeliveryAsync(cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to stop: what is not delivered stays in the outbox.
        }
        finally
        {
            if (!agent.Restart.IsAsked)
            {
                notifier.Stopping();
            }

            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            File.Delete(agent.Options.StatusPath);
        }
    }

    // The loops beside the pipeline end only when they are stopped: one that ends before has failed, and the service with it, so that the manager starts it anew.
    private async Task RunPipelineAsync(List<Task> loops, CancellationToken cancellation)
    {
        using var run = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pipeline = agent.Pipeline.RunAsync(run.Token);
        var first = await Task.WhenAny([pipeline, agent.Restart.Asked, .. loops]).ConfigureAwait(false);
        if (first != pipeline)
        {
            await run.CancelAsync().ConfigureAwait(false);
            await pipeline.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await first.ConfigureAwait(false);
    }

    private async Task WaitForDeliveryAsync(CancellationToken cancellation)
    {
        var start = agent.Time.GetTimestamp();
        while (agent.Options.Mqtt.Enabled && agent.Outbox.Status is { Pending: > 0 } or { Queued: > 0 })
        {
            // Without a broker events wait for the next start; with one they are on their way.
            if (!agent.Mqtt.State.Connected && agent.Time.GetElapsedTime(start) > DeliveryPatience)
            {
                LogUndelivered(_log, agent.Outbox.Status.Pending);
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), agent.Time, cancellation).ConfigureAwait(false);
        }
    }

    private async Task ReportAsync(Watchdog watchdog, CancellationToken cancellation)
    {
        var lastMetrics = agent.Time.GetTimestamp();
        using var timer = new PeriodicTimer(StatusInterval, agent.Time);
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
        {
            agent.Cameras.RaiseAlarms();
            ProveModels(watchdog);
            BeatForOutbox();
            IReadOnlyList<string> degraded = [.. agent.Cameras.Degraded, .. Reasons(agent.Mqtt.State.Trouble, agent.Outbox.Status.Degraded), .. watchdog.Stuck.Select(loop => $"{loop}: no progress")];
            if (!degraded.SequenceEqual(_degraded))
            {
                _degraded = degraded;
                agent.Mqtt.SetStatus(degraded);
                notifier.Status(degraded.Count == 0 ? "online" : string.Join("; ", degraded));
            }

            var document = StatusDocument.Write(agent, degraded);
            WriteStatus(document);
            if (agent.Time.GetElapsedTime(lastMetrics) >= agent.Options.Mqtt.MetricsInterval)
            {
                lastMetrics = agent.Time.GetTimestamp();
                agent.Mqtt.PostMetrics(document);
            }
        }
    }

    // Models that served for a while, with every loop going on, are believed at the next start.
    private void ProveModels(Watchdog watchdog)
    {
        if (_proved || watchdog.Stuck.Count > 0 || agent.Time.GetElapsedTime(_started) < ProofTime)
        {
            return;
        }

        try
        {
            agent.Sets.Prove();
            _proved = true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            LogUnproved(_log, error.Message);
        }
    }

    // The outbox makes progress where nothing waits in memory, or where something was committed since the last look; a disk that refuses is outside of it.
    private void BeatForOutbox()
    {
        var status = agent.Outbox.Status;
        var beat = agent.Beats.Of("outbox");
        if (status.Degraded is not null)
        {
            beat.Wait();
        }
        else if (status.Queued == 0 || status.LastSeq != _lastSeq)
        {
            beat.Beat();
        }

        _lastSeq = status.LastSeq;
    }

    private static IEnumerable<string> Reasons(params IEnumerable<string?> reasons) => reasons.OfType<string>();

    private void WriteStatus(byte[] document)
    {
        try
        {
            Directory.CreateDirectory(agent.Options.RuntimeFolder);
            var next = agent.Options.StatusPath + ".next";
            File.WriteAllBytes(next, document);
            File.Move(next, agent.Options.StatusPath, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNoStatus(_log, agent.Options.StatusPath, error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Ready: model {Model} on {Engine}, gallery of {Items} items and {Views} views, {Cameras} cameras.")]
    private static partial void LogReady(ILogger log, string model, string engine, int items, int views, int cameras);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No broker: {Count} messages wait in the outbox for the next start.")]
    private static partial void LogUndelivered(ILogger log, long count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "That the models in use serve cannot be written down: {Reason}")]
    private static partial void LogUnproved(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The status file {Path} cannot be written: {Reason}")]
    private static partial void LogNoStatus(ILogger log, string path, string reason);
}
