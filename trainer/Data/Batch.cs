namespace ShiTu.Trainer.Data;

/// <summary>Pictures that go through the network together.</summary>
/// <param name="Pixels">count · size · size · 3 bytes, RGB, pictures one after the other.</param>
/// <param name="Count">Pictures.</param>
/// <param name="Size">Side, pixels.</param>
/// <param name="Labels">Classes of the first pictures; the others have none.</param>
public sealed record Batch(byte[] Pixels, int Count, int Size, int[] Labels)
{
    /// <summary>Classes of all labelled pictures of the step, those of other ranks included.</summary>
    public int[] StepLabels { get; init; } = Labels;
}
