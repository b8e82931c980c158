namespace ShiTu.EdgeAgent.Events;

/// <summary>Where the pipeline leaves its events. Never blocks on disk or network: the outbox commits on its own thread.</summary>
internal interface IEventSink
{
    /// <summary>Takes an event. Order is kept a camera. Waits only where its bounded queue is full (and counts that).</summary>
    void Publish(RecognitionEvent recognitionEvent);
}
