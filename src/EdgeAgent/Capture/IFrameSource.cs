namespace ShiTu.EdgeAgent.Capture;

/// <summary>Gives frames. A run ends at the source's end, at a failure, or at cancellation; a source that can be started again is run again.</summary>
internal interface IFrameSource
{
    /// <summary>Gives frames until the end, on the caller's thread.</summary>
    /// <param name="sink">Where frames go.</param>
    /// <param name="cancellation">Ends the run; not an error.</param>
    SourceEnd Run(FrameSink sink, CancellationToken cancellation);
}
