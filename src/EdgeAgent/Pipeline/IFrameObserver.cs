namespace ShiTu.EdgeAgent.Pipeline;

/// <summary>Sees every frame after its work: the live lane, annotated pictures. Called from the worker: whatever it costs, the frame pays.</summary>
internal interface IFrameObserver
{
    /// <summary>A frame is done. Calls for one camera come in order, for different cameras at the same time.</summary>
    void Observe(in FrameOutcome outcome);
}
