using System.Runtime.CompilerServices;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Outbox;
using ShiTu.EdgeAgent.Tests.Events;

namespace ShiTu.EdgeAgent.Tests.Mqtt;

/// <summary>What the test program does when it is started as the victim of <see cref="KilledAgentTests"/>: publishes events without end.</summary>
internal static class AgentToKill
{
    /// <summary>Outbox, broker and run, with <c>|</c> between them.</summary>
    public const string Variable = "SHITU_TEST_AGENT_TO_KILL";

#pragma warning disable CA2255 // The test framework owns Main; this must come before it.
    [ModuleInitializer]
    public static void Run()
    {
        if (Environment.GetEnvironmentVariable(Variable)?.Split('|') is not [var file, var broker, var run])
        {
            return;
        }

        var outbox = OutboxStore.Open(file, new OutboxOptions(), "till-3", 32, TimeProvider.System);
        var service = new MqttService(RunningAgent.Options(broker), outbox, new DeviceIdentity(run, "0.1.0", DateTimeOffset.UnixEpoch), TimeProvider.System);
        using var moment = new ManualResetEventSlim();
        _ = service.RunAsync(CancellationToken.None);
        for (var i = 0; ; i++)
        {
            outbox.Publish(SampleEvents.Confirmed(i % 2 == 0 ? "belt" : "scale") with { Object = $"run-{run}-{i}" });
            moment.Wait(1);
        }
    }
#pragma warning restore CA2255
}
