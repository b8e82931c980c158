using ShiTu.EdgeAgent.Pipeline;

namespace ShiTu.EdgeAgent.Service;

/// <summary>Several observers as one.</summary>
internal sealed class FrameObservers : IFrameObserver
{
    private readonly IFrameObserver[] _observers;

    private FrameObservers(IFrameObserver[] observers) => _observers = observers;

    /// <summary>Joins those that are there; null where none is.</summary>
    public static IFrameObserver? Join(params IEnumerable<IFrameObserver?> observers)
    {
        var there = observers.OfType<IFrameObserver>().ToArray();
        return there.Length switch
        {
            0 => null,
            1 => there[0],
            _ => new FrameObservers(there),
        };
    }

    /// <inheritdoc/>
    public void Observe(in FrameOutcome outcome)
    {
        foreach (var observer in _observers)
        {
            observer.Observe(outcome);
        }
    }
}
