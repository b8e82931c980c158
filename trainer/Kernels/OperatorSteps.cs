using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Kernels;

/// <summary>The steps of <see cref="WeightSteps"/> as libtorch's operators: for tensors on any device and of any precision, several passes each.</summary>
internal static class OperatorSteps
{
    /// <inheritdoc cref="WeightSteps.Sgd"/>
    public static void Sgd(Tensor weight, Tensor gradient, Tensor momentum, double rate, double decay, double keep, double scale)
    {
        momentum.mul_(keep).add_(gradient, alpha: scale).add_(weight, alpha: decay);
        weight.add_(momentum, alpha: -rate);
    }

    /// <inheritdoc cref="WeightSteps.AdamW"/>
    public static void AdamW(Tensor weight, Tensor gradient, Tensor first, Tensor second, double rate, double decay, double b1, double b2, long step, double scale)
    {
        first.mul_(b1).add_(gradient, alpha: (1 - b1) * scale);
        second.mul_(b2).addcmul_(gradient, gradient, (1 - b2) * scale * scale);
        var length = second.sqrt().mul_(1 / Math.Sqrt(1 - Math.Pow(b2, step))).add_(WeightSteps.Epsilon);
        weight.mul_(1 - (rate * decay)).addcdiv_(first, length, -rate / (1 - Math.Pow(b1, step)));
    }

    /// <summary>Sum of squares over all values of all tensors, read from the device once.</summary>
    public static double SumOfSquares(IReadOnlyList<Tensor> values) => stack([.. values.Select(value => value.square().sum())]).sum().ToDouble();
}
