using ShiTu.Trainer.Devices;
using ShiTu.Trainer.Kernels;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Networks;

/// <summary>From bytes to what the networks take (feature-model.md 3.3, 8).</summary>
public static class NetworkInput
{
    private static readonly float[] Red = Levels(0.485f, 0.229f);
    private static readonly float[] Green = Levels(0.456f, 0.224f);
    private static readonly float[] Blue = Levels(0.406f, 0.225f);

    /// <summary>
    /// u8 [N,H,W,3] RGB to normalised floats [N,3,H,W] that lie channels-last in memory: libtorch then works channels-last through the whole network.
    /// One pass, where libtorch's operators take four through memory that no cache holds. They lie where, and are as, the process computes (<see cref="Placement"/>).
    /// </summary>
    /// <param name="pixels">count x size x size x 3 bytes.</param>
    /// <param name="count">Pictures.</param>
    /// <param name="size">Side of each, pixels.</param>
    public static Tensor Normalize(byte[] pixels, int count, int size)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        using var scope = NewDisposeScope();
        var floats = empty([count, size, size, 3], dtype: ScalarType.Float32, device: CPU);
        Fill(pixels, floats, count * size, size * 3);
        return Placement.ToDevice(floats).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    private static unsafe void Fill(byte[] pixels, Tensor floats, int rows, int samples)
    {
        var to = TensorMemory.Of(floats);
        Parallel.For(0, rows, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, row =>
        {
            var source = pixels.AsSpan(row * samples, samples);
            var target = new Span<float>(to + ((long)row * samples), samples);
            for (var i = 0; i + 2 < source.Length; i += 3)
            {
                target[i] = Red[source[i]];
                target[i + 1] = Green[source[i + 1]];
                target[i + 2] = Blue[source[i + 2]];
            }
        });
    }

    private static float[] Levels(float mean, float deviation) => [.. Enumerable.Range(0, 256).Select(level => ((level / 255f) - mean) / deviation)];
}
