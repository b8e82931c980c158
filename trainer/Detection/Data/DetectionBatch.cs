using ShiTu.Trainer.Detection.Assignment;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>A batch of square RGB pictures and their boxes.</summary>
/// <param name="Pixels">count x size x size x 3 bytes.</param>
/// <param name="Size">Side, pixels.</param>
/// <param name="Truth">Boxes of each picture in its pixels.</param>
/// <param name="Drawn">Whether each picture was drawn (<see cref="Sample.Drawn"/>).</param>
public sealed record DetectionBatch(byte[] Pixels, int Size, Box[][] Truth, bool[] Drawn)
{
    /// <summary>[N,3,size,size], normalised, laid out NHWC so that libtorch runs channels-last.</summary>
    public Tensor ToInput() => Normalise(Pixels, Truth.Length, Size, Size);

    /// <summary>Bytes [n,h,w,3] as a network's input.</summary>
    public static Tensor Normalise(byte[] pixels, int count, int height, int width)
    {
        using var scope = NewDisposeScope();
        var mean = tensor(new float[] { 0.485f * 255, 0.456f * 255, 0.406f * 255 });
        var deviation = tensor(new float[] { 0.229f * 255, 0.224f * 255, 0.225f * 255 });
        var x = tensor(pixels, [count, height, width, 3]).to_type(ScalarType.Float32);
        return x.sub_(mean).div_(deviation).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
