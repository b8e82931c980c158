using ShiTu.EdgeAgent.Outbox;

namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>The retained states: only the newest of each topic counts, and a new connection gets all of them.</summary>
internal sealed class RetainedBoard
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, byte[]> _states = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly WakeSignal _news = new();

    /// <summary>Sets a state; one that equals the last is not sent again.</summary>
    public void Set(string topic, byte[] payload)
    {
        lock (_gate)
        {
            if (_states.TryGetValue(topic, out var last) && last.AsSpan().SequenceEqual(payload))
            {
                return;
            }

            _states[topic] = payload;
            _changed.Add(topic);
        }

        _news.Set();
    }

    /// <summary>Sends all states, then each that changes.</summary>
    public async Task RunAsync(MqttSession session, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _changed.UnionWith(_states.Keys);
        }

        while (true)
        {
            foreach (var (topic, payload) in TakeChanged())
            {
                await session.PublishAsync(new OutgoingMessage(topic, payload) { Retain = true }, cancellation).ConfigureAwait(false);
            }

            await _news.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private List<(string Topic, byte[] Payload)> TakeChanged()
    {
        lock (_gate)
        {
            var taken = _changed.Select(topic => (topic, _states[topic])).ToList();
            _changed.Clear();
            return taken;
        }
    }
}
