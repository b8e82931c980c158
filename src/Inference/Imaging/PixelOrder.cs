namespace ShiTu.Inference.Imaging;

/// <summary>Order of the three 8-bit samples of a pixel.</summary>
public enum PixelOrder
{
    /// <summary>Red, green, blue: what decoders of pictures give.</summary>
    Rgb,

    /// <summary>Blue, green, red: what video decoders give (<c>bgr24</c>).</summary>
    Bgr,
}
