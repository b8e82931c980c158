using ShiTu.Inference.Imaging;

namespace ShiTu.EdgeAgent.Capture;

/// <summary>A frame in a buffer that is used again and again.</summary>
internal sealed class Frame
{
    private byte[] _pixels = [];

    /// <summary>Width in pixels.</summary>
    public int Width { get; private set; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; private set; }

    /// <summary>Order of the samples.</summary>
    public PixelOrder Order { get; private set; }

    /// <summary>Number of the frame in its source's life, from 0; dropped ones count.</summary>
    public long Number { get; set; }

    /// <summary>When its last byte arrived: <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public long Arrived { get; set; }

    /// <summary>Time on the scene's own clock: for live sources the time of arrival since the camera's start, for files the position in the file. Never runs backwards.</summary>
    public TimeSpan SceneTime { get; set; }

    /// <summary>File it was read from, for pictures.</summary>
    public string? File { get; set; }

    /// <summary>The samples, <c>width * height * 3</c>.</summary>
    public Span<byte> Pixels => _pixels.AsSpan(0, Width * Height * 3);

    /// <summary>The samples as memory.</summary>
    public Memory<byte> Memory => _pixels.AsMemory(0, Width * Height * 3);

    /// <summary>The frame as a picture.</summary>
    public PictureView View => new(Pixels, Width, Height, Width * 3, Order);

    /// <summary>Makes room; allocates only where the buffer is too small.</summary>
    public void Resize(int width, int height, PixelOrder order)
    {
        var bytes = checked(width * height * 3);
        if (_pixels.Length < bytes)
        {
            _pixels = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
        }

        Width = width;
        Height = height;
        Order = order;
    }

    /// <summary>Takes over the bytes of a decoded picture.</summary>
    public void Adopt(Picture picture)
    {
        _pixels = picture.Pixels;
        Width = picture.Width;
        Height = picture.Height;
        Order = picture.Order;
    }
}
