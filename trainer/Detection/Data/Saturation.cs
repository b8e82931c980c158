using System.Runtime.Intrinsics;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>Moves pixels away from (or towards) their own luma: <c>luma + factor (v - luma)</c>, truncated.</summary>
internal readonly struct Saturation(float factor) : IPixelChange
{
    /// <inheritdoc/>
    public (Vector256<int> R, Vector256<int> G, Vector256<int> B) Of(Vector256<int> r, Vector256<int> g, Vector256<int> b)
    {
        var luma = Luma.Of(r, g, b);
        return (Move(r, luma), Move(g, luma), Move(b, luma));
    }

    private Vector256<int> Move(Vector256<int> value, Vector256<int> luma)
    {
        var moved = Vector256.ConvertToSingle(luma) + (Vector256.ConvertToSingle(value - luma) * factor);
        return Vector256.ConvertToInt32(Vector256.Clamp(moved, Vector256<float>.Zero, Vector256.Create(255f)));
    }
}
