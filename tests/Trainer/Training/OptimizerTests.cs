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

    [Theory]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.Sgd)]
    public void A_step_gives_what_libtorchs_gives(OptimizerKind kind)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var start = randn(7, 3);
        var (mine, theirs) = (start.clone().requires_grad_(), nn.Parameter(start.clone()));
        using var optimizer = new Optimizer(new(kind, Decay: 0.02, Momentum: 0.9), [("w", mine)]);
        using var reference = kind == OptimizerKind.AdamW
            ? (optim.Optimizer)optim.AdamW([theirs], lr: 0.01, weight_decay: 0.02)
            : optim.SGD([theirs], 0.01, momentum: 0.9, weight_decay: 0.02);
        for (var i = 0; i < 5; i++)
        {
            var target = randn(7, 3);
            optimizer.ClearGradients();
            (mine - target).square().sum().backward();
            optimizer.Step(0.01);
            reference.zero_grad();
            (theirs - target).square().sum().backward();
            reference.step();
        }

        Assert.InRange((mine - theirs).abs().max().item<float>(), 0, 1e-5f);
    }

    [Theory]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.Sgd)]
    public void Doubles_take_the_steps_of_floats(OptimizerKind kind)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var start = randn(37, 3);
        var (single, precise) = (start.clone().requires_grad_(), start.to(ScalarType.Float64).requires_grad_());
        var options = new OptimizerOptions(kind, Decay: 0.02, Momentum: 0.9, Clip: 10);
        using var ours = new Optimizer(options, [("w", single)]);
        using var operators = new Optimizer(options, [("w", precise)]);
        for (var i = 0; i < 8; i++)
        {
            var target = randn(37, 3);
            foreach (var (optimizer, weight) in new[] { (ours, single), (operators, precise) })
            {
                optimizer.ClearGradients();
                (weight - target.to(weight.dtype)).square().sum().backward();
                optimizer.Step(0.01, scale: 0.5);
            }
        }

        Assert.Equal(ScalarType.Float64, precise.dtype);
        Assert.InRange((single - precise).abs().max().item<double>(), 1e-12, 1e-6);
        foreach (var (a, b) in ours.State.Zip(operators.State)) Assert.InRange((a.Value - b.Value).abs().max().item<double>(), 0, 1e-5);
    }

    [Fact]
    public void A_gradient_that_lies_otherwise_in_memory_is_taken_place_by_place()
    {
        using var scope = NewDisposeScope();
        var weight = zeros(2, 3).requires_grad_();
        using var optimizer = new Optimizer(new(OptimizerKind.Sgd, Decay: 0, Momentum: 0), [("w", weight)]);
        var slopes = arange(6, ScalarType.Float32).reshape(3, 2).t();
        weight.grad = slopes;
        optimizer.Step(1);
        Assert.Equal(0, (weight + slopes).abs().max().item<float>());
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
        var (weight, other) = (zeros(36).requires_grad_(), zeros(1).requires_grad_());
        using var optimizer = new Optimizer(new(Decay: 0, Momentum: 0, Clip: 1), [("w", weight), ("v", other)]);
        ((weight * 5).sum() + (other * 40)).sum().backward();
        optimizer.Step(1);

        // 36 x 5^2 + 40^2 = 50^2.
        Assert.Equal(-0.1f, weight[35].item<float>(), 1e-5f);
        Assert.Equal(-0.8f, other.item<float>(), 1e-5f);
    }
}
