namespace ShiTu.Inference.Imaging;

/// <summary>How a picture is resized; the arithmetic is OpenCV's (<c>detector.md</c> 3.1).</summary>
public enum Interpolation
{
    /// <summary>Nearest sample.</summary>
    Nearest,

    /// <summary>Bilinear, 11-bit fixed point.</summary>
    Linear,

    /// <summary>Bicubic, a = -0.75.</summary>
    Cubic,

    /// <summary>Mean over the covered area; linear where an axis grows.</summary>
    Area,
}
