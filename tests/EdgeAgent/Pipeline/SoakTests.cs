using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.Outbox;
using ShiTu.EdgeAgent.Pipeline;
using ShiTu.EdgeAgent.Tests.Outbox;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Pipeline;

/// <summary>Memory is that of the whole process: no other test may run beside these.</summary>
[CollectionDefinition(nameof(SoakTests), DisableParallelization = true)]
public sealed class SoakTests
{
    [Collection(nameof(SoakTests))]
    public sealed class Frames
    {
        private const int Total = 100_000;
        private const int Step = 10_000;
        private const long Megabyte = 1 << 20;

        [Fact]
        [Trait("Speed", "slow")]
        public async Task Memory_threads_and_handles_are_flat_over_100_000_frames()
        {
            await using var shop = new ColourShop();
            using var folder = new OutboxFolder();
            await using var outbox = folder.Open(new OutboxOptions { MaxBytes = 1 << 20, ReplayBytes = 1 << 20 });
            using var pipeline = new RecognitionPipeline(new PipelineParts
            {
                Models = shop.Models.Set,
                Index = shop.Index,
                Thresholds = shop.Thresholds,
                Recognition = ColourShop.Options,
                Pipeline = new PipelineOptions { Workers = 2 },
                Cameras = [.. Enumerable.Range(0, 2).Select(i => new CameraOptions { Name = $"cam-{i}", Source = $"synthetic:128x128@25#{Total / 2}" })],
                Events = new OutboxEventSink(outbox),
                Pulse = _ => new CountedPulse(),
                Logs = NullLoggerFactory.Instance,
            });
            var running = pipeline.RunAsync(TestContext.Current.CancellationToken);
            var samples = new List<Sample>();
            while (!running.IsCompleted)
            {
                await Task.WhenAny(running, Task.Delay(100, TestContext.Current.CancellationToken));
                if (pipeline.Cameras.Sum(report => report.Frames) is var frames && frames >= (samples.Count + 1) * Step)
                {
                    samples.Add(Sample.Take(frames));
                    TestContext.Current.TestOutputHelper?.WriteLine(samples[^1].ToString());
                }
            }

            await running;
            Assert.Equal(Total, pipeline.Cameras.Sum(report => report.Frames));
            Assert.True(outbox.Status.LastSeq > 100, $"{outbox.Status.LastSeq} events");
            Assert.True(samples.Count >= 6, $"{samples.Count} samples");

            // The first two are the warming up.
            var (warm, last) = (samples[1], samples[^1]);
            Assert.InRange(last.Managed - warm.Managed, long.MinValue, 2 * Megabyte);
            Assert.InRange(last.Resident - warm.Resident, long.MinValue, 24 * Megabyte);
            Assert.InRange(last.Threads - warm.Threads, int.MinValue, 4);
            Assert.InRange(last.Handles - warm.Handles, int.MinValue, 4);
            TestContext.Current.TestOutputHelper?.WriteLine($"{Total} frames, {outbox.Status.LastSeq} events");
        }

        private sealed record Sample(long Frames, long Managed, long Resident, int Threads, int Handles)
        {
            public static Sample Take(long frames)
            {
                var managed = GC.GetTotalMemory(forceFullCollection: true);
                var resident = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
                return new(frames, managed, 1024 * long.Parse(resident.AsSpan("VmRSS:".Length).TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture),
                    Directory.GetDirectories("/proc/self/task").Length, Directory.GetFiles("/proc/self/fd").Length);
            }
        }
    }
}
