namespace ShiTu.EdgeAgent.Capture;

/// <summary>How one run of a source ended.</summary>
/// <param name="Failure">What went wrong, without secrets; null where the source is at its end or was stopped.</param>
/// <param name="Frames">Frames it gave.</param>
/// <param name="ShortProbe">True where ffmpeg connected but had too little time to learn what the stream is.</param>
internal readonly record struct SourceEnd(string? Failure, long Frames, bool ShortProbe = false);
