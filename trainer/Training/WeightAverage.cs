using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Training;

/// <summary>Exponential moving average of weights and batch-norm statistics.</summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly List<(string Name, Tensor Live, Tensor Mean)> _pairs;
    private readonly double _decay;

    public WeightAverage(IEnumerable<(string Name, Tensor Value)> weights, double decay)
    {
        _decay = decay;
        _pairs = [.. weights.Select(w => (w.Name, w.Value, w.Value.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>The averages, for a checkpoint.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => _pairs.Select(pair => ($"average.{pair.Name}", pair.Mean));

    /// <summary>Takes in the weights as they are now; early on it forgets faster, so that it never remembers the start.</summary>
    public void Update(long step)
    {
        using var nograd = no_grad();
        var share = 1 - Math.Min(_decay, (1.0 + step) / (10 + step));
        foreach (var (_, live, mean) in _pairs)
        {
            mean.lerp_(live, share);
        }
    }

    /// <summary>Exchanges weights and averages; a second call undoes it.</summary>
    public void Swap()
    {
        using var nograd = no_grad();
        foreach (var (_, live, mean) in _pairs)
        {
            using var kept = live.detach().clone();
            live.copy_(mean);
            mean.copy_(kept);
        }
    }

    public void Dispose() => _pairs.ForEach(pair => pair.Mean.Dispose());
}
