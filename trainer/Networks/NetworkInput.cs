using static TorchSharp.torch;

namespace ShiTu.Trainer.Networks;

/// <summary>From bytes to what the networks take (feature-model.md 3.3, 8).</summary>
public static class NetworkInput
{
    /// <summary>u8 [N,H,W,3] RGB to normalised floats [N,3,H,W] that lie channels-last in memory: libtorch then works channels-last through the whole network.</summary>
    public static Tensor Normalize(Tensor pictures)
    {
        using var scope = NewDisposeScope();
        var scale = tensor(new[] { 1 / (255 * 0.229f), 1 / (255 * 0.224f), 1 / (255 * 0.225f) });
        var shift = tensor(new[] { 0.485f / 0.229f, 0.456f / 0.224f, 0.406f / 0.225f });
        return pictures.to_type(ScalarType.Float32).mul_(scale).sub_(shift).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>The same from bytes.</summary>
    public static Tensor Normalize(byte[] pixels, int count, int size)
    {
        using var bytes = tensor(pixels, [count, size, size, 3], dtype: ScalarType.Byte);
        return Normalize(bytes);
    }
}
