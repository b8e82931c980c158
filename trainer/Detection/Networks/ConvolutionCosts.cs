using ShiTu.Trainer.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Networks;

/// <summary>Multiply-adds of every convolution, counted by running the network once.</summary>
public static class ConvolutionCosts
{
    /// <summary>Runs a blank picture and counts.</summary>
    /// <param name="network">The network.</param>
    /// <param name="height">Of the picture, a multiple of 32.</param>
    /// <param name="width">Of the picture, a multiple of 32.</param>
    public static IReadOnlyList<LayerCost> Measure(PicoDet network, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(network);
        var costs = new List<LayerCost>();
        var remove = new List<Action>();
        var seen = new HashSet<Conv2d>(ReferenceEqualityComparer.Instance);
        foreach (var (name, module) in network.named_modules())
        {
            if (module is Conv2d convolution && seen.Add(convolution))
            {
                var hook = convolution.register_forward_hook((_, _, output) =>
                {
                    var weights = convolution.weight!.numel();
                    var adds = weights * output.shape[2] * output.shape[3];
                    costs.Add(new(name, weights, weights + output.shape[1], adds, adds));
                    return output;
                });
                remove.Add(hook.remove);
            }
        }

        var training = network.training;
        network.eval();
        using (no_grad())
        using (NewDisposeScope())
        {
            network.forward(zeros(1, 3, height, width));
        }

        network.train(training);
        remove.ForEach(undo => undo());
        return costs;
    }
}
