using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Training;

/// <summary>Weights and running statistics of a network by name; batch counters are left out.</summary>
internal static class NamedState
{
    public static IEnumerable<(string Name, Tensor Value)> Of(nn.Module network) =>
        network.named_parameters().Select(p => (p.name, (Tensor)p.parameter))
            .Concat(network.named_buffers().Where(b => b.buffer.is_floating_point()).Select(b => (b.name, b.buffer)));
}
