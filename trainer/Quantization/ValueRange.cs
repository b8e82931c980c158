namespace ShiTu.Trainer.Quantization;

/// <summary>The range that 256 levels of an activation cover; 0 is one of them exactly, since paddings are zeros.</summary>
/// <param name="Low">Value of level 0.</param>
/// <param name="High">Value of level 255.</param>
internal readonly record struct ValueRange(float Low, float High)
{
    private const int Steps = 255;

    /// <summary>The range for values seen from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static ValueRange Of(double least, double most)
    {
        (least, most) = (Math.Min(0, least), Math.Max(0, most));
        var step = Math.Max(most - least, 1e-6) / Steps;
        var zero = Math.Round(-least / step);
        return new((float)(-zero * step), (float)((Steps - zero) * step));
    }
}
