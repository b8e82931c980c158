using ShiTu.Trainer.Networks;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Tests.Networks;

public sealed class PpLcNetV2Tests
{
    [Fact]
    public void Parameters_and_multiply_adds_are_the_specifications()
    {
        using var network = new PpLcNetV2(new());
        var costs = network.Costs(224, 224).ToList();
        Assert.Equal(4_621_824, costs.Sum(cost => cost.Parameters));
        Assert.Equal(4_621_824, network.parameters().Sum(parameter => parameter.numel()));
        Assert.Equal(4_549_184, costs.Sum(cost => cost.FusedParameters));
        Assert.Equal(837_144_576, costs.Sum(cost => cost.MultiplyAdds));
        Assert.Equal(828_664_832, costs.Sum(cost => cost.FusedMultiplyAdds));
        Assert.Equal(41_856, network.named_buffers().Where(buffer => buffer.name.Contains("running_", StringComparison.Ordinal)).Sum(buffer => buffer.buffer.numel()));
    }

    [Theory]
    [InlineData("stem.1", 2_528, 2_432, 29_302_784)]
    [InlineData("stages.0.0", 9_152, 8_960, 27_496_448)]
    [InlineData("stages.1.1", 68_864, 68_352, 53_186_560)]
    [InlineData("stages.2.0", 240_960, 237_120, 39_822_336)]
    [InlineData("stages.2.3", 416_384, 407_936, 54_020_096)]
    [InlineData("stages.3.0", 547_328, 538_624, 105_269_248)]
    [InlineData("stages.3.1", 1_092_608, 1_076_224, 210_538_496)]
    public void Each_block_costs_what_the_specifications_table_says(string block, long parameters, long fused, long adds)
    {
        using var network = new PpLcNetV2(new());
        var costs = network.Costs(224, 224).Where(cost => cost.Layer.StartsWith(block + ".", StringComparison.Ordinal)).ToList();
        Assert.Equal((parameters, fused, adds), (costs.Sum(cost => cost.Parameters), costs.Sum(cost => cost.FusedParameters), costs.Sum(cost => cost.FusedMultiplyAdds)));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(1, false)]
    public void The_fused_form_gives_the_same_in_evaluation(int lastStride, bool branches)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        using var network = new PpLcNetV2(new(LastStride: lastStride, Branches: branches));
        Disturb(network);
        network.eval();
        using var nograd = no_grad();
        var x = randn(2, 3, 64, 64);
        var expected = network.forward(x);
        using var fused = network.Fuse();
        var difference = (fused.forward(x) - expected).abs().max().item<float>() / expected.abs().max().item<float>();
        Assert.InRange(difference, 0, 1e-5f);
    }

    [Fact]
    public void Names_are_those_of_the_published_checkpoints()
    {
        using var network = new FeatureNetwork(new());
        var names = network.named_parameters().Select(parameter => parameter.name).ToHashSet();
        Assert.Superset(
            new HashSet<string>
            {
                "backbone.stem.0.conv.weight", "backbone.stem.1.dw_conv.bn.bias", "backbone.stages.0.1.pw_conv.conv.weight", "backbone.stages.2.0.dw_conv_list.1.conv.weight",
                "backbone.stages.2.5.se.conv2.bias", "backbone.stages.2.5.pw_conv_1.bn.weight", "backbone.stages.3.0.dw_conv_list.2.bn.weight", "backbone.last_conv.bias", "neck.weight",
            },
            names);
        Assert.DoesNotContain("backbone.stages.2.0.dw_conv_list.2.conv.weight", names);
        Assert.DoesNotContain("neck.bias", names);
    }

    [Fact]
    public void The_last_map_is_14_by_14_and_the_pooled_trunk_has_1024_channels()
    {
        using var scope = NewDisposeScope();
        using var network = new PpLcNetV2(new(Branches: false));
        network.eval();
        using var nograd = no_grad();
        var x = randn(1, 3, 224, 224);
        for (var i = 0; i < network.Blocks.Count; i++)
        {
            x = network.Block(i, x);
        }

        Assert.Equal([1L, 1024, 14, 14], x.shape);
        Assert.Equal([1L, 512], network.Embed(x.mean([2, 3], keepdim: true)).shape);
    }

    [Fact]
    public void V1_holds_as_many_values_as_its_published_program()
    {
        using var network = new PpLcNet();
        var neck = (1280 * 512) + 512;
        var convolutionsAndNorms = network.parameters().Sum(parameter => parameter.numel())
            + network.named_buffers().Where(buffer => buffer.name.Contains("running_", StringComparison.Ordinal)).Sum(buffer => buffer.buffer.numel());
        Assert.Equal(8_419_792, convolutionsAndNorms + neck);
    }

    /// <summary>Batch-norm values as a trained network has them: at their initial ones a wrong fold would not show.</summary>
    internal static void Disturb(nn.Module network)
    {
        using var nograd = no_grad();
        foreach (var (name, buffer) in network.named_buffers())
        {
            if (name.EndsWith("running_mean", StringComparison.Ordinal))
            {
                buffer.normal_(0, 0.3);
            }
            else if (name.EndsWith("running_var", StringComparison.Ordinal))
            {
                buffer.uniform_(0.4, 2);
            }
        }

        foreach (var (name, parameter) in network.named_parameters())
        {
            if (name.EndsWith("bn.bias", StringComparison.Ordinal))
            {
                parameter.normal_(0, 0.2);
            }
            else if (name.EndsWith("bn.weight", StringComparison.Ordinal))
            {
                parameter.uniform_(0.5, 1.5);
            }
        }
    }
}
