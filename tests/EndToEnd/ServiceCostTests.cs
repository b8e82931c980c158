using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ShiTu.EdgeAgent.Bench;
using ShiTu.EndToEnd.Tests.Programs;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Models;
using Xunit;

namespace ShiTu.EndToEnd.Tests;

public sealed class ServiceCostTests
{
    private const int Items = 10_000;
    private const double MostMebibytes = 250;
    private const double MostReadySeconds = 1;
    private static readonly TimeSpan Frames = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task The_service_is_ready_on_little_work_and_stays_small_with_both_models_and_ten_thousand_items()
    {
        Assert.SkipUnless(File.Exists(PublishedAgent.Path), $"{PublishedAgent.Path} is not published; ./build.sh publish makes it.");
        using var place = new Workplace();
        var configuration = place.Configure(brokerPort: 1, ("belt", "synthetic:1280x720@10"));
        FillGallery(Directory.CreateDirectory(place.At("state")).FullName);
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(place.At("notify")));
        await using var service = PublishedAgent.Start(
            new Dictionary<string, string> { ["NOTIFY_SOCKET"] = place.At("notify") }, "run", "--config", configuration, "--set", "cameras.0.realtime=true");
        Assert.StartsWith("READY=1", await HearAsync(manager), StringComparison.Ordinal);

        // Work and not time: on a machine that others use too, a start takes as long as they leave it. On one core of its own it would take this long.
        var seconds = ProcessorSeconds(service.Id);
        Assert.True(seconds < MostReadySeconds, $"READY came after {seconds} s of work; {MostReadySeconds} s are allowed.");

        await Task.Delay(Frames, TestContext.Current.CancellationToken);
        var mebibytes = Resident(service.Id);
        Assert.False(service.HasExited, service.Errors);
        Assert.True(mebibytes < MostMebibytes, $"{mebibytes} MiB are resident; {MostMebibytes} are allowed.");
    }

    private static void FillGallery(string folder)
    {
        using var models = ModelSet.Load(Path.Combine(PublishedAgent.Models, "mainbody-x1_0-320"), Path.Combine(PublishedAgent.Models, "general-pplcnetv2-176"), new EngineOptions { Engine = "onnxruntime" });
        BenchGallery.Create(Path.Combine(folder, "gallery.db"), models.Identity, models.Feature.Dimension, Items).Dispose();
    }

    private static async Task<string> HearAsync(Socket manager)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        var message = new byte[1024];
        return Encoding.UTF8.GetString(message, 0, await manager.ReceiveAsync(message, patience.Token));
    }

    private static double Resident(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line["VmRSS:".Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture) / 1024;
    }

    // User and system time, in hundredths of a second, are the 12th and 13th fields after the name in brackets.
    private static double ProcessorSeconds(int process)
    {
        var text = File.ReadAllText($"/proc/{process}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0;
    }
}
