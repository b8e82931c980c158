using ShiTu.EdgeAgent.Capture;

namespace ShiTu.EdgeAgent.Pipeline;

/// <summary>A frame after its work. Holds only during the call it is given to.</summary>
/// <param name="camera">Camera name.</param>
/// <param name="frame">The frame, pixels included.</param>
/// <param name="boxes">Objects in it.</param>
/// <param name="skipped">True where the change gate saw no movement and the boxes are those of before.</param>
internal readonly ref struct FrameOutcome(string camera, Frame frame, ReadOnlySpan<LiveBox> boxes, bool skipped)
{
    /// <summary>Camera name.</summary>
    public string Camera { get; } = camera;

    /// <summary>The frame, pixels included.</summary>
    public Frame Frame { get; } = frame;

    /// <summary>Objects in it.</summary>
    public ReadOnlySpan<LiveBox> Boxes { get; } = boxes;

    /// <summary>True where the change gate saw no movement and the boxes are those of before.</summary>
    public bool Skipped { get; } = skipped;
}
