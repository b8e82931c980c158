using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Ranks;

/// <summary>Batch norm in training whose statistics, and whose gradients through them, are those of the pictures of all ranks.</summary>
internal sealed class SharedNorm : autograd.SingleTensorFunction<SharedNorm>
{
    /// <summary>The ranks whose statistics are one; null: each batch norm is libtorch's own. MPI's world belongs to the process, and so does this.</summary>
    public static RankGroup? Ranks { get; set; }

    /// <inheritdoc/>
    public override string Name => nameof(SharedNorm);

    /// <summary>Runs a batch norm over maps. Its count of batches, which nothing here reads, stays as it is.</summary>
    public static Tensor Run(BatchNorm2d norm, Tensor x) => Run(x, norm.running_mean!, norm.running_var!, norm.weight!, norm.bias!, norm.training, norm.momentum ?? 0.1, norm.eps);

    /// <summary>Runs a batch norm over [n, C] or [n, C, h, w].</summary>
    public static Tensor Run(Tensor x, Tensor mean, Tensor variance, Tensor gamma, Tensor beta, bool training, double momentum, double epsilon) => training && Ranks is { } ranks
        ? apply(x, gamma, beta, new Settings(ranks, mean, variance, momentum, epsilon))
        : nn.functional.batch_norm(x, mean, variance, gamma, beta, training, momentum, epsilon);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, gamma, beta, settings) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Settings)vars[3]);
        using var nograd = no_grad();
        using var scope = NewDisposeScope();
        var axes = Axes(x);
        var count = x.numel() / x.shape[1];
        var (mean, squares) = SharedMoments.Of(settings.Ranks, x.mean(axes), x.var(axes, unbiased: false) * count, count);
        var total = count * settings.Ranks.Size;
        settings.Mean.mul_(1 - settings.Momentum).add_(mean, alpha: settings.Momentum);
        settings.Variance.mul_(1 - settings.Momentum).add_(squares / (total - 1), alpha: settings.Momentum);
        var variance = squares / total;

        // What is saved must outlive this call.
        ctx.save_for_backward([x, gamma, mean.MoveToOuterDisposeScope(), (variance + settings.Epsilon).rsqrt().MoveToOuterDisposeScope()]);
        ctx.save_data("settings", settings);
        return nn.functional.batch_norm(x, mean, variance, gamma, beta, training: false, settings.Momentum, settings.Epsilon).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (x, gamma, mean, scale) = (saved[0], saved[1], saved[2], saved[3]);
        var ranks = ((Settings)ctx.get_data("settings")).Ranks;
        using var nograd = no_grad();
        using var scope = NewDisposeScope();
        var axes = Axes(x);
        long[] shape = x.dim() == 4 ? [1, -1, 1, 1] : [1, -1];
        var normed = (x - mean.reshape(shape)) * scale.reshape(shape);
        var own = stack([grad_output.sum(axes), (grad_output * normed).sum(axes)]);
        var all = own.clone();
        ranks.Sum(all);
        var means = all / (x.numel() / x.shape[1] * ranks.Size);
        var input = (grad_output - means[0].reshape(shape) - (normed * means[1].reshape(shape))) * (gamma * scale).reshape(shape);
        return [input.MoveToOuterDisposeScope(), own[1].clone().MoveToOuterDisposeScope(), own[0].clone().MoveToOuterDisposeScope(), null!];
    }

    private static long[] Axes(Tensor x) => x.dim() == 4 ? [0, 2, 3] : [0];

    private sealed record Settings(RankGroup Ranks, Tensor Mean, Tensor Variance, double Momentum, double Epsilon);
}
