using ShiTu.Inference.Detection;
using ShiTu.Inference.Imaging;
using ShiTu.Inference.Tests.Models;
using ShiTu.TestKit;
using Xunit;
using Box = ShiTu.Inference.Detection.Detection;

namespace ShiTu.Inference.Tests.Detection;

public sealed class MainBodyDetectorTests : TinyModelFolder
{
    [Fact]
    public void A_bright_square_is_found_in_source_pixels_best_first()
    {
        using var set = Load();
        using var detector = set.CreateDetector();
        var boxes = new Box[20];
        // Twice as wide as the network's input: two source pixels across are one of the network's.
        var count = detector.Detect(BrightSquare(128, 64, new PixelRect(32, 16, 32, 16)).View, new DetectionOptions { MaxDetections = 20 }, boxes);
        var found = boxes[..count].Select(box => (box.X1, box.Y1, box.X2, box.Y2)).ToHashSet();
        Assert.Equal(5, count);
        Assert.Contains((16f, 8f, 80f, 40f), found);
        Assert.Contains((24f, 12f, 56f, 28f), found);
        Assert.Contains((40f, 20f, 72f, 36f), found);
        Assert.All(boxes[..count], box => Assert.InRange(box.Score, 0.98f, 0.983f));
        Assert.Equal(boxes[..count].OrderByDescending(box => box.Score), boxes[..count]);
    }

    [Fact]
    public void Overlapping_boxes_are_suppressed_and_the_number_is_bounded()
    {
        using var set = Load();
        using var detector = set.CreateDetector();
        var picture = BrightSquare(64, 64, new PixelRect(16, 16, 16, 16));
        Assert.Equal(1, detector.Detect(picture.View, new DetectionOptions { IouThreshold = 0 }, new Box[20]));
        Assert.Equal(2, detector.Detect(picture.View, new DetectionOptions { MaxDetections = 2 }, new Box[20]));
        Assert.Equal(3, detector.Detect(picture.View, new DetectionOptions { MaxDetections = 20 }, new Box[3]));
        Assert.Equal(0, detector.Detect(picture.View, new DetectionOptions { ScoreThreshold = 0.99f }, new Box[20]));
        Assert.Equal(0, detector.Detect(BrightSquare(64, 64, default).View, new DetectionOptions(), new Box[20]));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(20000, 20)]
    [InlineData(20, 20000)]
    public void Pictures_of_extreme_size_give_boxes_inside_them(int width, int height)
    {
        using var set = Load();
        using var detector = set.CreateDetector();
        var boxes = new Box[50];
        var count = detector.Detect(BrightSquare(width, height, new PixelRect(0, 0, width, height)).View, new DetectionOptions { MaxDetections = 50, IouThreshold = 0.9f }, boxes);
        // A box in a picture of one pixel is under one pixel: none is left.
        Assert.InRange(count, width == 1 ? 0 : 1, 50);
        Assert.All(boxes[..count], box => Assert.True(box.X1 >= 0 && box.Y1 >= 0 && box.X2 <= width && box.Y2 <= height && box.X2 - box.X1 >= 1 && box.Y2 - box.Y1 >= 1, box.ToString()));
    }

    [Fact]
    public void A_frame_allocates_nothing_managed_once_warm()
    {
        using var set = Load();
        using var detector = set.CreateDetector();
        var picture = BrightSquare(160, 120, new PixelRect(40, 40, 80, 40));
        var options = new DetectionOptions();
        var boxes = new Box[5];
        SteadyState.AllocatesNothing(() =>
        {
            for (var frame = 0; frame < 50; frame++)
            {
                detector.Detect(picture.View, options, boxes);
            }
        });
    }

    [Fact]
    public async Task Two_threads_with_their_own_detectors_agree_with_one_alone()
    {
        using var set = Load();
        var pictures = Enumerable.Range(0, 6).Select(at => BrightSquare(128, 128, new PixelRect(at * 16, 32, 32, 32))).ToArray();
        var alone = Detect();
        var together = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(Detect, TestContext.Current.CancellationToken)));
        Assert.All(together, found => Assert.Equal(alone, found));

        Box[] Detect()
        {
            using var detector = set.CreateDetector();
            var boxes = new Box[5];
            return [.. Enumerable.Range(0, 30).SelectMany(round => boxes[..detector.Detect(pictures[round % pictures.Length].View, new DetectionOptions(), boxes)])];
        }
    }

    private static Picture BrightSquare(int width, int height, PixelRect square)
    {
        var pixels = new byte[width * height * 3];
        for (var y = square.Y; y < square.Y + square.Height; y++)
        {
            pixels.AsSpan(((y * width) + square.X) * 3, square.Width * 3).Fill(255);
        }

        return new Picture(pixels, width, height, PixelOrder.Rgb);
    }
}
