using Microsoft.ML.OnnxRuntime;
using ShiTu.Inference.Imaging;
using ShiTu.TestKit;
using ShiTu.Trainer.Detection.Assignment;
using Xunit;

namespace ShiTu.Trainer.Tests.Detection;

/// <summary>Upstream's PicoDet-XS (COCO) behind our preparation: what it finds says whether pictures come to networks as upstream's code brings them (detector.md 3).</summary>
public sealed class PublishedDetectorTests
{
    private const string Folder = "reference/picodet-xs-lcnet-coco/";
    private const int Side = 320;

    [Fact]
    public void It_finds_the_bus_and_the_persons_in_front_of_it()
    {
        var found = Detect("bus.jpg");
        AssertFinds(found, "bus", new Box(15, 230, 805, 750), 0.8f);
        AssertFinds(found, "person", new Box(48, 398, 245, 903), 0.7f);
        AssertFinds(found, "person", new Box(669, 392, 810, 878), 0.7f);
        AssertFinds(found, "person", new Box(221, 405, 345, 860), 0.7f);
    }

    [Fact]
    public void It_finds_the_dog_and_the_bicycle_behind_it()
    {
        var found = Detect("dog.jpg");
        AssertFinds(found, "dog", new Box(130, 220, 312, 542), 0.8f);
        AssertFinds(found, "bicycle", new Box(123, 118, 567, 419), 0.6f);
    }

    private static void AssertFinds(List<(string Name, float Score, Box Box)> found, string name, Box box, float overlap) =>
        Assert.True(found.Any(one => one.Name == name && one.Box.Iou(box) >= overlap), $"no {name} at {box} among {string.Join("; ", found.Select(one => $"{one.Name} {one.Score:0.00} {one.Box}"))}");

    private static List<(string Name, float Score, Box Box)> Detect(string file)
    {
        var names = File.ReadAllLines(TestFiles.Shared(Folder + "coco_label.txt"));
        var picture = PictureDecoder.Decode(File.ReadAllBytes(TestFiles.Shared(Folder + file)));
        var planes = new float[3 * Side * Side];
        new Preparer(Preparation.ImageNet(Side, Side, Interpolation.Cubic)).Prepare(picture.View, planes);
        using var quiet = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(TestFiles.Shared(Folder + "picodet_xs_320_lcnet_postprocessed.onnx"), quiet);
        using var image = OrtValue.CreateTensorValueFromMemory(planes, [1, 3, Side, Side]);
        using var scale = OrtValue.CreateTensorValueFromMemory(new[] { (float)Side / picture.Height, (float)Side / picture.Width }, [1, 2]);
        using var options = new RunOptions();
        using var results = session.Run(options, ["image", "scale_factor"], [image, scale], [session.OutputNames[0]]);
        return [.. results[0].GetTensorDataAsSpan<float>().ToArray().Chunk(6).Where(row => row[1] > 0.3f).Select(row => (names[(int)row[0]], row[1], new Box(row[2], row[3], row[4], row[5])))];
    }
}
