namespace ShiTu.Trainer.Export;

/// <summary>Weights on their way into a model file.</summary>
/// <param name="Shape">Dimensions; for a convolution [out, in/groups, height, width].</param>
/// <param name="Values">Row-major values, as many as the shape says.</param>
public sealed record FloatArray(int[] Shape, float[] Values)
{
    /// <summary>A matrix with rows and columns exchanged.</summary>
    public FloatArray Transposed()
    {
        if (Shape is not [var rows, var columns]) throw new InvalidOperationException($"[{string.Join(',', Shape)}] is no matrix.");
        var values = new float[Values.Length];
        for (var i = 0; i < values.Length; i++) values[(i % columns * rows) + (i / columns)] = Values[i];
        return new FloatArray([columns, rows], values);
    }

    /// <summary>Number of elements that <paramref name="shape"/> has.</summary>
    public static int LengthOf(int[] shape) => shape.Aggregate(1, (product, side) => checked(product * side));
}
