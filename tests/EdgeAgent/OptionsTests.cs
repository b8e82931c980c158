using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.Pipeline;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.EdgeAgent.Tracking;
using Xunit;

namespace ShiTu.EdgeAgent.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void Defaults_are_valid()
    {
        Assert.Empty(new RecognitionOptions().Validate("recognition"));
        Assert.Empty(new TrackingOptions().Validate("tracking"));
        Assert.Empty(new PipelineOptions().Validate("pipeline"));
        Assert.Empty(new CameraOptions { Name = "belt", Source = "rtsp://cam/x" }.Validate("cameras.0"));
    }

    [Fact]
    public void Every_finding_names_its_key_and_what_would_be_right()
    {
        string[] findings =
        [
            .. new RecognitionOptions { Threshold = 2, Margin = float.NaN, Candidates = 0, MaxBoxes = 99 }.Validate("recognition"),
            .. new TrackingOptions { MinLooks = 0, MinAgreement = 1.5f, CloseAfter = TimeSpan.Zero }.Validate("tracking"),
            .. new PipelineOptions { Workers = 0, Ffmpeg = " " }.Validate("pipeline"),
            .. new CameraOptions { Name = "Belt 1", Source = "gopher://x", MaxWidth = 5, RestartMin = TimeSpan.FromSeconds(9) }.Validate("cameras.0"),
        ];
        foreach (var key in new[]
        {
            "recognition.threshold", "recognition.margin", "recognition.candidates", "recognition.max_boxes", "tracking.min_looks", "tracking.min_agreement", "tracking.close_after",
            "pipeline.workers", "pipeline.ffmpeg", "cameras.0.name", "cameras.0.source", "cameras.0.max_width", "cameras.0.restart_min",
        })
        {
            Assert.Contains(findings, finding => finding.StartsWith(key + ":", StringComparison.Ordinal) && finding.Contains("expected", StringComparison.Ordinal));
        }
    }
}
