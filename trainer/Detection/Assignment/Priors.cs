using ShiTu.Trainer.Detection.Networks;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Assignment;

/// <summary>Centres of all cells of an input size: levels 8, 16, 32, 64 in turn, each row by row (detector.md 1.4).</summary>
public sealed class Priors
{
    /// <summary>Lays the cells out.</summary>
    /// <param name="height">Of the network's input, pixels.</param>
    /// <param name="width">Of the network's input, pixels.</param>
    public Priors(int height, int width)
    {
        (Height, Width) = (height, width);
        Count = DetectorShape.Strides.Sum(s => Cells(height, s) * Cells(width, s));
        (X, Y, Stride) = (new float[Count], new float[Count], new float[Count]);
        var i = 0;
        foreach (var stride in DetectorShape.Strides)
        {
            for (var row = 0; row < Cells(height, stride); row++)
            {
                for (var column = 0; column < Cells(width, stride); column++, i++)
                {
                    X[i] = (column + 0.5f) * stride;
                    Y[i] = (row + 0.5f) * stride;
                    Stride[i] = stride;
                }
            }
        }
    }

    /// <summary>Input height.</summary>
    public int Height { get; }

    /// <summary>Input width.</summary>
    public int Width { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>Centres, pixels.</summary>
    public float[] X { get; }

    /// <summary>Centres, pixels.</summary>
    public float[] Y { get; }

    /// <summary>Stride of each one's level, pixels.</summary>
    public float[] Stride { get; }

    /// <summary>Centres in strides of their level, [P, 2].</summary>
    internal Tensor InStrides() => tensor(X.Zip(Stride, Y.Zip(Stride)).SelectMany(p => new[] { p.First / p.Second, p.Third.First / p.Third.Second }).ToArray()).reshape(Count, 2);

    private static int Cells(int size, int stride) => (size + stride - 1) / stride;
}
