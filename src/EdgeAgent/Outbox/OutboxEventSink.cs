using ShiTu.EdgeAgent.Events;

namespace ShiTu.EdgeAgent.Outbox;

/// <summary>Leaves the pipeline's events in the outbox.</summary>
internal sealed class OutboxEventSink(OutboxStore store) : IEventSink
{
    /// <inheritdoc/>
    public void Publish(RecognitionEvent recognitionEvent) => store.Publish(recognitionEvent);
}
