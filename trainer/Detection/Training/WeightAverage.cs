using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Training;

/// <summary>
/// Exponential moving average of weights and running statistics: decay min(limit, (1 + n) / (10 + n)), from a copy of the weights
/// (detector.md 4.5 as recommended there: no bias to correct, constants left out).
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly List<(string Name, Tensor Source, Tensor Average)> _pairs = [];

    public WeightAverage(nn.Module network)
    {
        using var nograd = no_grad();
        foreach (var (name, value) in NamedState.Of(network))
        {
            _pairs.Add((name, value, value.detach().clone().DetachFromDisposeScope()));
        }
    }

    /// <summary>Updates since the last reset.</summary>
    public long Updates { get; set; }

    /// <summary>The averages by name.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => _pairs.Select(p => ($"average.{p.Name}", p.Average));

    /// <summary>Takes the weights as they are now into the average.</summary>
    public void Update(double limit)
    {
        using var nograd = no_grad();
        var decay = Math.Min(limit, (1.0 + Updates) / (10 + Updates));
        Updates++;
        foreach (var (_, source, average) in _pairs)
        {
            average.mul_(decay).add_(source, alpha: 1 - decay);
        }
    }

    /// <summary>Starts anew from the present weights.</summary>
    public void Reset()
    {
        using var nograd = no_grad();
        Updates = 0;
        foreach (var (_, source, average) in _pairs)
        {
            average.copy_(source);
        }
    }

    /// <summary>Copies the averages into a network of the same shape.</summary>
    public void CopyTo(nn.Module network)
    {
        using var nograd = no_grad();
        var targets = NamedState.Of(network).ToDictionary(t => t.Name, t => t.Value);
        foreach (var (name, _, average) in _pairs)
        {
            targets[name].copy_(average);
        }
    }

    public void Dispose() => _pairs.ForEach(p => p.Average.Dispose());
}
