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

    /// <summary>One step; <paramref name="scale"/> multiplies the gradients (1 / accumulated batches).</summary>
    public void Step(double rate, double scale = 1)
    {
        using var nograd = no_grad();
        using var scope = NewDisposeScope();
        Steps++;
        scale *= ClipScale(scale);
        foreach (var slot in _slots)
        {
            if (slot.Parameter.grad is not { } gradient)
            {
                continue;
            }

            if (scale != 1)
            {
                gradient.mul_(scale);
            }

            if (_options.Kind == OptimizerKind.Sgd)
            {
                Sgd(slot, gradient, rate);
            }
            else
            {
                AdamW(slot, gradient, rate);
            }
        }
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

    private double ClipScale(double scale)
    {
        if (_options.Clip <= 0)
        {
            return 1;
        }

        var squares = _slots.Where(slot => slot.Parameter.grad is not null).Select(slot => slot.Parameter.grad!.square().sum()).ToArray();
        var length = Math.Sqrt(stack(squares).sum().item<float>()) * scale;
        return length > _options.Clip ? _options.Clip / length : 1;
    }

    private void Sgd(Slot slot, Tensor gradient, double rate)
    {
        if (slot.Decay != 0)
        {
            gradient.add_(slot.Parameter, alpha: slot.Decay);
        }

        slot.First.mul_(_options.Momentum).add_(gradient);
        slot.Parameter.add_(slot.First, alpha: -rate);
    }

    private void AdamW(Slot slot, Tensor gradient, double rate)
    {
        var (b1, b2) = (_options.Momentum, _options.SecondMomentum);
        slot.First.mul_(b1).add_(gradient, alpha: 1 - b1);
        slot.Second!.mul_(b2).addcmul_(gradient, gradient, value: 1 - b2);
        using var root = slot.Second.sqrt();
        root.div_(Math.Sqrt(1 - Math.Pow(b2, Steps))).add_(1e-8);
        if (slot.Decay != 0)
        {
            slot.Parameter.mul_(1 - (rate * slot.Decay));
        }

        slot.Parameter.addcdiv_(slot.First, root, value: -rate / (1 - Math.Pow(b1, Steps)));
    }

    private sealed record Slot(string Name, Tensor Parameter, double Decay, Tensor First, Tensor? Second);
}
