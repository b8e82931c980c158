using ShiTu.Trainer.Kernels;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Training;

/// <summary>
/// Exponential moving average of weights and batch-norm statistics from a copy of them: decay min(limit, (1 + n) / (10 + n)) after n updates, so
/// that early on it forgets fast and never remembers the start (detector.md 4.5 as recommended there: no bias to correct).
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly List<(string Name, Tensor Live, Tensor Mean)> _pairs;

    public WeightAverage(IEnumerable<(string Name, Tensor Value)> weights)
    {
        using var nograd = no_grad();
        _pairs = [.. weights.Select(w => (w.Name, w.Value, w.Value.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>Updates since the start or the last reset.</summary>
    public long Updates { get; set; }

    /// <summary>The averages, for a checkpoint.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => _pairs.Select(pair => ($"average.{pair.Name}", pair.Mean));

    /// <summary>Takes in the weights as they are now.</summary>
    /// <param name="limit">Largest decay.</param>
    public void Update(double limit)
    {
        using var nograd = no_grad();
        var share = 1 - Math.Min(limit, (1.0 + Updates) / (10 + Updates));
        Updates++;
        ParallelTensors.ForEach(_pairs, pair => pair.Mean, pair => WeightSteps.Approach(pair.Mean, pair.Live, share));
    }

    /// <summary>Starts anew from the present weights.</summary>
    public void Reset()
    {
        using var nograd = no_grad();
        Updates = 0;
        foreach (var (_, live, mean) in _pairs)
        {
            mean.copy_(live);
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

    /// <summary>Copies the averages into tensors of the same names.</summary>
    public void CopyTo(IEnumerable<(string Name, Tensor Value)> targets)
    {
        using var nograd = no_grad();
        var byName = targets.ToDictionary(target => target.Name, target => target.Value);
        foreach (var (name, _, mean) in _pairs)
        {
            byName[name].copy_(mean);
        }
    }

    public void Dispose() => _pairs.ForEach(pair => pair.Mean.Dispose());
}
