using ShiTu.Trainer.Detection.Networks;
using Xunit;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Tests.Detection;

/// <summary>Counts and shapes of detector.md 1.5 to 1.7.</summary>
public sealed class NetworkTests
{
    [Theory]
    [InlineData("picodet-lcnet", 0.25, 764092)]
    [InlineData("picodet-lcnet", 0.35, 835822)]
    [InlineData("picodet-lcnet", 0.5, 987316)]
    [InlineData("picodet-lcnet", 0.75, 1329580)]
    [InlineData("picodet-lcnet", 1, 1789924)]
    [InlineData("picodet-lcnet", 1.5, 3066900)]
    [InlineData("picodet-lcnet", 2, 4818244)]
    [InlineData("picodet-lcnet", 2.5, 7043956)]
    [InlineData("mainbody-lite", 0.25, 382524)]
    [InlineData("mainbody-lite", 0.35, 451438)]
    [InlineData("mainbody-lite", 0.5, 598580)]
    [InlineData("mainbody-lite", 0.75, 933676)]
    [InlineData("mainbody-lite", 1, 1386852)]
    [InlineData("mainbody-lite", 1.5, 2649492)]
    [InlineData("mainbody-lite", 2, 4386500)]
    [InlineData("mainbody-lite", 2.5, 6597876)]
    public void Parameters_to_the_unit(string preset, double scale, long expected)
    {
        using var network = new PicoDet(DetectorShape.Named(preset, scale));
        Assert.Equal(expected, network.parameters().Sum(p => p.numel()));
    }

    [Theory]
    [InlineData("picodet-lcnet", 1, 640, 1254052, 816026, 701760)]
    [InlineData("picodet-lcnet", 1, 416, 529932, 345035, 297051)]
    [InlineData("picodet-lcnet", 2.5, 416, 3069848, 461329, 297051)]
    [InlineData("mainbody-lite", 1, 640, 1254052, 486682, 224400)]
    [InlineData("mainbody-lite", 1, 416, 529932, 205759, 94987)]
    [InlineData("mainbody-lite", 2.5, 416, 3069848, 292979, 94987)]
    public void Multiply_adds_of_each_part(string preset, double scale, int size, long backbone, long neck, long head)
    {
        using var network = new PicoDet(DetectorShape.Named(preset, scale));
        var costs = ConvolutionCosts.Measure(network, size, size);
        long Thousands(string part) => (long)Math.Round(costs.Where(c => c.Layer.StartsWith(part, StringComparison.Ordinal)).Sum(c => c.MultiplyAdds) / 1000.0);
        Assert.Equal(backbone, Thousands("backbone."), 1.0);
        Assert.Equal(neck, Thousands("neck."), 1.0);
        Assert.Equal(head, Thousands("head."), 1.0);
    }

    [Theory]
    [InlineData("picodet-lcnet", 1.0, 25536)]
    [InlineData("picodet-lcnet", 2.5, 41952)]
    [InlineData("mainbody-lite", 1.0, 18816)]
    [InlineData("mainbody-lite", 2.5, 35232)]
    public void Running_statistics_and_the_fused_count(string preset, double scale, long statistics)
    {
        using var network = new PicoDet(DetectorShape.Named(preset, scale));
        Assert.Equal(statistics, network.named_buffers().Where(b => b.buffer.dtype == ScalarType.Float32).Sum(b => b.buffer.numel()));
    }

    [Theory]
    [InlineData(416, new long[] { 52, 26, 13, 7 })]
    [InlineData(320, new long[] { 40, 20, 10, 5 })]
    public void Four_maps_of_33_channels(int size, long[] sides)
    {
        using var scope = NewDisposeScope();
        var network = new PicoDet(DetectorShape.Named("mainbody-lite", 0.5));
        network.eval();
        var maps = network.forward(zeros(2, 3, size, size));
        Assert.Equal(sides.Select(side => $"2x33x{side}x{side}"), maps.Select(map => string.Join('x', map.shape)));
    }

    [Theory]
    [InlineData("backbone.blocks5.3.dw_conv.conv.weight", "256x1x5x5")]
    [InlineData("backbone.blocks6.0.se.conv1.bias", "64")]
    [InlineData("neck.conv_t.convs.2.bn.weight", "96")]
    [InlineData("neck.top_down_blocks.1.blocks.0.conv2.dwconv.weight", "48x1x3x3")]
    [InlineData("neck.first_top_conv.bn2.bias", "96")]
    [InlineData("head.conv_feat.cls_conv_pw3.1.norm.weight", "96")]
    [InlineData("head.head_cls0.weight", "33x96x1x1")]
    public void Weights_have_upstream_s_names(string name, string shape)
    {
        using var network = new PicoDet(DetectorShape.MainbodyLite with { Scale = 1.0 });
        var parameter = network.named_parameters().Single(p => p.name == name).parameter;
        Assert.Equal(shape, string.Join('x', parameter.shape));
    }

    [Fact]
    public void An_unknown_preset_is_named() => Assert.Contains("picodet-lcnet", Assert.Throws<ArgumentException>(() => DetectorShape.Named("picodet", 1)).Message, StringComparison.Ordinal);
}
