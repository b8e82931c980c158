using ShiTu.Trainer.Networks;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Tests.Networks;

public sealed class RepDepthwiseTests
{
    [Fact]
    public void Branches_fuse_to_the_specifications_golden_kernel()
    {
        using var scope = NewDisposeScope();
        using var stage = new RepDepthwise(1, 3, 1);
        Set(stage.Branches[0], [.1f, .2f, .3f, .4f, .5f, .6f, .7f, .8f, .9f], 1.5f, .2f, .3f, 4f);
        Set(stage.Branches[1], [2f], .5f, -.1f, -.2f, .25f);
        var (weight, bias) = stage.Fold();
        float[] expected = [.075f, .15f, .225f, .3f, 2.374960f, .449999f, .524999f, .599999f, .674999f];
        Assert.All(expected.Zip(weight.data<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 2e-6f));
        Assert.Equal(.074996f, bias.item<float>(), 2e-6f);
    }

    [Fact]
    public void A_stage_with_stride_2_has_no_1x1_branch()
    {
        using var stage = new RepDepthwise(4, 5, 2);
        Assert.Equal([5L, 3L], stage.Branches.Select(branch => branch.Convolution.weight!.shape[2]));
    }

    private static void Set(ConvNorm branch, float[] kernel, float gamma, float beta, float mean, float variance)
    {
        using var nograd = no_grad();
        branch.Convolution.weight!.copy_(tensor(kernel).reshape(branch.Convolution.weight.shape));
        branch.Norm.weight!.fill_(gamma);
        branch.Norm.bias!.fill_(beta);
        branch.Norm.running_mean!.fill_(mean);
        branch.Norm.running_var!.fill_(variance);
    }
}
