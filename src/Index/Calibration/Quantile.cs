namespace ShiTu.Index.Calibration;

/// <summary>Quantiles and intervals of measured shares.</summary>
internal static class Quantile
{
    private const double Z95 = 1.959964;

    /// <summary>The value that a share of <paramref name="share"/> of the values does not exceed (the higher neighbour, never interpolated).</summary>
    public static double Of(List<float> values, double share)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        return sorted[(int)Math.Clamp(Math.Ceiling(share * (sorted.Length + 1)) - 1, 0, sorted.Length - 1)];
    }

    /// <summary>Wilson's 95 % interval of a share.</summary>
    public static (double Low, double High) Wilson(int hits, int count)
    {
        var share = (double)hits / count;
        var denominator = 1 + (Z95 * Z95 / count);
        var centre = (share + (Z95 * Z95 / (2 * count))) / denominator;
        var half = Z95 * Math.Sqrt((share * (1 - share) / count) + (Z95 * Z95 / (4.0 * count * count))) / denominator;
        return (Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}
