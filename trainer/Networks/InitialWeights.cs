using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Networks;

/// <summary>Where weights start (feature-model.md 1.9).</summary>
internal static class InitialWeights
{
    /// <summary>N(0, 2 / fan-in), fan-in = (input channels / groups) · k².</summary>
    public static void KaimingNormal(Conv2d convolution) => Normal(convolution.weight!, Math.Sqrt(2.0 / FanIn(convolution.weight!)));

    /// <summary>Paddle's default for a convolution with bias: N(0, 2 / (k² · input channels)), bias 0.</summary>
    public static void PaddleDefault(Conv2d convolution)
    {
        KaimingNormal(convolution);
        using var nograd = no_grad();
        convolution.bias!.zero_();
    }

    /// <summary>N(0, deviation²).</summary>
    public static void Normal(Tensor weight, double deviation)
    {
        using var nograd = no_grad();
        weight.normal_(0, deviation);
    }

    private static long FanIn(Tensor weight) => weight.shape[1] * weight.shape[2] * weight.shape[3];
}
