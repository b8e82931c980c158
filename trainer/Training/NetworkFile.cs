using ShiTu.Trainer.Networks;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Training;

/// <summary>Opens the network of a checkpoint.</summary>
public static class NetworkFile
{
    /// <summary>The network in evaluation mode and what its checkpoint says.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or holds another network.</exception>
    public static (FeatureNetwork Network, CheckpointHeader Header) Open(string path)
    {
        var checkpoint = Checkpoint.Read(path);
        var network = new FeatureNetwork(checkpoint.Header.Network);
        var misses = checkpoint.CopyTo(Values(network));
        if (misses.Count > 0)
        {
            network.Dispose();
            throw new InvalidDataException($"{path} does not hold this network: {string.Join("; ", misses.Take(5))}.");
        }

        network.eval();
        return (network, checkpoint.Header);
    }

    /// <summary>Weights and batch-norm statistics by name: what a checkpoint of a network holds.</summary>
    internal static IEnumerable<(string Name, Tensor Value)> Values(FeatureNetwork network) => network.named_parameters().Select(p => (p.name, (Tensor)p.parameter))
        .Concat(network.named_buffers().Where(b => b.buffer.is_floating_point()).Select(b => (b.name, b.buffer)));
}
