using ShiTu.Trainer.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Training;

/// <summary>Momentum SGD and AdamW over named parameters; its state has names too, so that a checkpoint holds it whole.</summary>
internal sealed class Optimizer : IDisposable
{
    private readonly OptimizerOptions _options;
    private readonly List<Slot> _slots;

    public Optimizer(OptimizerOptions options, IEnumerable<(string Name, Tensor Parameter)> parameters)
    {
        _options = options;
        _slots = [.. parameters.Select(p => new Slot(p.Name, p.Parameter, Decays(p.Name) ? options.Decay : 0, zeros_like(p.Parameter), options.Kind == OptimizerKind.AdamW ? zeros_like(p.Parameter) : null))];
        foreach (var slot in _slots)
        {
            slot.First.DetachFromDisposeScope();
            slot.Second?.DetachFromDisposeScope();
        }
    }

    /// <summary>Steps taken; Adam's bias correction needs it.</summary>
    public long Steps { get; set; }

    /// <summary>Moments by name.</summary>
    public IEnumerable<(string Name, Tensor Value)> State =>
        _slots.SelectMany(slot => slot.Second is null ? [($"first.{slot.Name}", slot.First)] : new[] { ($"first.{slot.Name}", slot.First), ($"second.{slot.Name}", slot.Second) });

    /// <summary>Gradients of the weights that have one.</summary>
    public IReadOnlyList<Tensor> Gradients => [.. _slots.Select(slot => slot.Parameter.grad).OfType<Tensor>()];

    public void ClearGradients()
    {
        foreach (var slot in _slots)
        {
            slot.Parameter.grad?.zero_();
        }
    }

    /// <summary>One step; <paramref name="scale"/> multiplies the gradients (1 / accumulated batches). A weight without a gradient stays as it is.</summary>
    public void Step(double rate, double scale = 1)
    {
        using var nograd = no_grad();
        using var scope = NewDisposeScope();
        Steps++;
        List<(Slot Slot, Tensor Gradient)> learning = [.. from slot in _slots let gradient = slot.Parameter.grad where gradient is not null select (slot, gradient.contiguous())];
        scale *= ClipScale(learning, scale);
        ParallelTensors.ForEach(learning, item => item.Gradient, item => Move(item.Slot, item.Gradient, rate, scale));
    }

    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.First.Dispose();
            slot.Second?.Dispose();
        }
    }

    private static bool Decays(string name) => !(name.EndsWith(".bn.weight", StringComparison.Ordinal) || name.EndsWith(".bn.bias", StringComparison.Ordinal));

    private void Move(Slot slot, Tensor gradient, double rate, double scale)
    {
        if (_options.Kind == OptimizerKind.Sgd)
        {
            WeightSteps.Sgd(slot.Parameter, gradient, slot.First, rate, slot.Decay, _options.Momentum, scale);
        }
        else
        {
            WeightSteps.AdamW(slot.Parameter, gradient, slot.First, slot.Second!, rate, slot.Decay, _options.Momentum, _options.SecondMomentum, Steps, scale);
        }
    }

    private double ClipScale(List<(Slot Slot, Tensor Gradient)> learning, double scale)
    {
        if (_options.Clip <= 0)
        {
            return 1;
        }

        var length = Math.Sqrt(WeightSteps.SumOfSquares([.. learning.Select(item => item.Gradient)])) * scale;
        return length > _options.Clip ? _options.Clip / length : 1;
    }

    private sealed record Slot(string Name, Tensor Parameter, double Decay, Tensor First, Tensor? Second);
}
