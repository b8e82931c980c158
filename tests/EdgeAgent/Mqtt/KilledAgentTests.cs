using System.Diagnostics;
using System.Globalization;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Outbox;
using ShiTu.EdgeAgent.Tests.Events;
using ShiTu.EdgeAgent.Tests.Outbox;
using ShiTu.TestKit.Brokers;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Mqtt;

public sealed class KilledAgentTests : IDisposable
{
    private readonly OutboxFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task An_agent_killed_at_random_points_while_events_flow_loses_none() => KillAsync(10);

    [Fact]
    [Trait("Speed", "slow")]
    public Task An_agent_killed_a_thousand_times_while_events_flow_loses_none() => KillAsync(1000);

    private async Task KillAsync(int kills)
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var traffic = await ReceivedTraffic.StartAsync(broker);
        var random = new Random(42);
        for (var run = 0; run < kills; run++)
        {
            using var agent = Start(broker, run);
            var mark = traffic.Messages.Count;
            if (run % 4 == 3)
            {
                // While it starts, connects, or sends the first of what the one before left.
                await Task.Delay(random.Next(1500), TestContext.Current.CancellationToken);
            }
            else
            {
                await ReceivedTraffic.UntilAsync(() => traffic.Messages.Count > mark + 5, $"events of run {run}", 120);
                await Task.Delay(random.Next(250), TestContext.Current.CancellationToken);
            }

            agent.Kill();
            await agent.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await using (var last = new RunningAgent(_folder, RunningAgent.Options(broker.Address)))
        {
            await ReceivedTraffic.UntilAsync(() => last.Service.State.Connected && last.Outbox.Status.Pending == 0, "an empty outbox", 600);
            var produced = last.Outbox.Status.LastSeq;
            await ReceivedTraffic.UntilAsync(() => traffic.On("/events/").Select(message => message.Property("id")).Distinct().Count() == produced, $"{produced} events", 600);
            traffic.AssertNothingLost(produced);
            TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills, {produced} events, {traffic.On("/events/").Count() - produced} duplicates, 0 lost");
        }

        // What a run produced came as a prefix: nothing was lost between two events that both came.
        foreach (var run in traffic.On("/events/").Select(message => ReceivedTraffic.Json(message).GetProperty("object").GetString()!.Split('-')).GroupBy(parts => parts[1]))
        {
            var numbers = run.Select(parts => int.Parse(parts[2], CultureInfo.InvariantCulture)).Distinct().Order().ToList();
            Assert.Equal(Enumerable.Range(0, numbers.Count), numbers);
        }
    }

    private Process Start(MosquittoBroker broker, int run)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(AgentToKill).Assembly.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[AgentToKill.Variable] = $"{_folder.File}|{broker.Address}|{run}";
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
