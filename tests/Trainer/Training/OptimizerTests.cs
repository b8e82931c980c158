using ShiTu.Trainer.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Tests.Training;

public sealed class OptimizerTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.000004418)]
    [InlineData(6790, 0.03)]
    [InlineData(13579, 0.059995582)]
    [InlineData(13580, 0.06)]
    [InlineData(142590, 0.03)]
    [InlineData(271599, 0)]
    public void The_rate_follows_the_specifications_schedule(long step, double expected) => Assert.Equal(expected, new OptimizerOptions().RateAt(step / 271600.0), 1e-9);

    [Fact]
    public void Momentum_couples_the_decay()
    {
        using var scope = NewDisposeScope();
        var weight = tensor(new[] { 1f }).requires_grad_();
        using var optimizer = new Optimizer(new(Decay: 0.1, Momentum: 0.9), [("w", weight)]);
        for (var i = 0; i < 2; i++)
        {
            optimizer.ClearGradients();
            (weight * 2).sum().backward();
            optimizer.Step(0.5);
        }

        // v1 = 2 + 0.1, p1 = 1 - 0.5 v1 = -0.05; v2 = 0.9 v1 + 2 + 0.1 p1 = 3.885, p2 = -0.05 - 0.5 v2.
        Assert.Equal(-1.9925f, weight.item<float>(), 1e-5f);
    }

    [Fact]
    public void AdamW_gives_what_libtorchs_gives()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var start = randn(5, 3);
        var (mine, theirs) = (start.clone().requires_grad_(), nn.Parameter(start.clone()));
        using var optimizer = new Optimizer(new(OptimizerKind.AdamW, Decay: 0.02), [("w", mine)]);
        using var reference = optim.AdamW([theirs], lr: 0.01, weight_decay: 0.02);
        for (var i = 0; i < 5; i++)
        {
            var target = randn(5, 3);
            optimizer.ClearGradients();
            (mine - target).square().sum().backward();
            optimizer.Step(0.01);
            reference.zero_grad();
            (theirs - target).square().sum().backward();
            reference.step();
        }

        Assert.InRange((mine - theirs).abs().max().item<float>(), 0, 1e-5f);
    }

    [Fact]
    public void Batch_norms_of_the_backbone_do_not_decay_and_the_necks_gamma_does()
    {
        using var scope = NewDisposeScope();
        var norm = ones(1).requires_grad_();
        var gamma = ones(1).requires_grad_();
        using var optimizer = new Optimizer(new(Decay: 0.5, Momentum: 0), [("backbone.stem.0.bn.weight", norm), ("neck.weight", gamma)]);
        (norm.sum() * 0 + gamma.sum() * 0).backward();
        optimizer.Step(1);
        Assert.Equal((1f, 0.5f), (norm.item<float>(), gamma.item<float>()));
    }

    [Fact]
    public void Long_gradients_are_clipped()
    {
        using var scope = NewDisposeScope();
        var weight = zeros(2).requires_grad_();
        using var optimizer = new Optimizer(new(Decay: 0, Momentum: 0, Clip: 1), [("w", weight)]);
        (weight * tensor(new[] { 30f, 40f })).sum().backward();
        optimizer.Step(1);
        Assert.Equal(-0.6f, weight[0].item<float>(), 1e-5f);
    }
}
