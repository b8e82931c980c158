using ShiTu.Trainer.Export;
using ShiTu.Trainer.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Tests.Export;

/// <summary>Networks in evaluation whose batch norms are no identities, so that a wrong fold shows.</summary>
internal static class RandomNetworks
{
    public static FeatureNetwork Feature(BackboneOptions options)
    {
        random.manual_seed(7);
        var network = new FeatureNetwork(options);
        Shake(network);
        return network;
    }

    /// <summary>Gives statistics, gains and biases values off their start, and switches to evaluation.</summary>
    public static void Shake(nn.Module network)
    {
        using var nograd = no_grad();
        foreach (var (name, parameter) in network.named_parameters())
        {
            if (parameter.dim() != 1) continue;
            if (name.EndsWith("bias", StringComparison.Ordinal)) parameter.normal_(0, 0.2);
            else parameter.uniform_(0.7, 1.3);
        }

        foreach (var (name, buffer) in network.named_buffers())
        {
            if (name.EndsWith("running_mean", StringComparison.Ordinal)) buffer.normal_(0, 0.2);
            else if (name.EndsWith("running_var", StringComparison.Ordinal)) buffer.uniform_(0.5, 1.5);
        }

        network.eval();
    }

    public static Tensor Pictures(int count, int side)
    {
        random.manual_seed(11);
        return randn(count, 3, side, side);
    }

    /// <summary>Values of what a network gives, without a gradient.</summary>
    public static float[] Run(Func<Tensor> forward)
    {
        using var nograd = no_grad();
        using var scope = NewDisposeScope();
        return NetworkLayers.Values(forward());
    }
}
