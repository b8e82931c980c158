using ShiTu.EdgeAgent.Capture;

namespace ShiTu.EdgeAgent.Pipeline;

/// <summary>What became of a camera's frames.</summary>
/// <param name="State">Its state.</param>
/// <param name="Frames">Frames worked on, those the gate skipped included.</param>
/// <param name="Skipped">Frames in which the gate saw no movement.</param>
/// <param name="Stale">Frames thrown away because they were too old when their turn came.</param>
/// <param name="Unreadable">Pictures that could not be read; each was named in the log.</param>
/// <param name="Failure">Why a file, folder or list gave nothing or ended early; null where all was well.</param>
internal sealed record CameraReport(CameraState State, long Frames, long Skipped, long Stale, long Unreadable, string? Failure);
