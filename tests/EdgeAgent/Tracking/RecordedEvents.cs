using System.Collections.Concurrent;
using ShiTu.EdgeAgent.Events;

namespace ShiTu.EdgeAgent.Tests.Tracking;

internal sealed class RecordedEvents : IEventSink
{
    private readonly ConcurrentQueue<RecognitionEvent> _events = new();

    public IReadOnlyList<RecognitionEvent> All => [.. _events];

    public IReadOnlyList<string> Story => [.. _events.Select(e => $"{e.Object} {e.Type} {(e.Verdict.Decision == Decision.Recognised ? e.Verdict.Best!.Item : e.Verdict.Decision.ToString().ToLowerInvariant())}")];

    public void Publish(RecognitionEvent recognitionEvent) => _events.Enqueue(recognitionEvent);

    public IReadOnlyList<RecognitionEvent> Of(EventType type) => [.. _events.Where(e => e.Type == type)];
}
