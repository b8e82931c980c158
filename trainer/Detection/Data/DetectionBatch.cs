using ShiTu.Trainer.Detection.Assignment;
using ShiTu.Trainer.Networks;
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
    public Tensor ToInput() => NetworkInput.Normalize(Pixels, Truth.Length, Size);
}
