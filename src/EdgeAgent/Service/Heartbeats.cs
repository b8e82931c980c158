using System.Collections.Concurrent;

namespace ShiTu.EdgeAgent.Service;

/// <summary>All loops whose progress the watchdog depends on.</summary>
internal sealed class Heartbeats(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Heartbeat> _beats = new(StringComparer.Ordinal);

    /// <summary>The heartbeat of a loop; the same for the same name.</summary>
    public Heartbeat Of(string name) => _beats.GetOrAdd(name, key => new Heartbeat(key, time));

    /// <summary>A loop that ended on purpose owes nothing any more.</summary>
    public void Retire(string name) => _beats.TryRemove(name, out _);

    /// <summary>Names of the loops that are stuck.</summary>
    public IReadOnlyList<string> Stuck(TimeSpan limit) => [.. _beats.Values.Where(beat => beat.IsStuck(limit)).Select(beat => beat.Name).Order(StringComparer.Ordinal)];
}
