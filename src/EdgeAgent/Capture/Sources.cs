using ShiTu.DemoScene;

namespace ShiTu.EdgeAgent.Capture;

/// <summary>From an address to what gives its frames.</summary>
internal static class Sources
{
    /// <summary>Builds the source of a camera.</summary>
    public static IFrameSource Create(CameraOptions options, SourceAddress address, string ffmpeg, bool live, TimeProvider time) => address.Kind switch
    {
        SourceKind.Pictures => new PictureSource(address.Text),
        SourceKind.Demo => Demo(options, time),
        SourceKind.Synthetic => Synthetic(options, address, time),
        _ => new FfmpegSource(options, address, ffmpeg, live, time),
    };

    private static DrawnSource Demo(CameraOptions options, TimeProvider time)
    {
        var scene = new BeltScene(options.Demo);
        return new DrawnSource(options.Demo.Width, options.Demo.Height, options.Demo.FramesPerSecond, scene.FrameCount, options.Realtime, (index, bgr) => scene.Draw((int)index, bgr), time);
    }

    private static DrawnSource Synthetic(CameraOptions options, SourceAddress address, TimeProvider time)
    {
        return !SourceAddress.TryParseSynthetic(address.Text, out var width, out var height, out var fps, out var frames)
            ? throw new ArgumentException(SourceAddress.Check(options.Source), nameof(options))
            : new DrawnSource(width, height, fps, frames, options.Realtime, (index, bgr) => SyntheticDrawing.Draw(index, width, height, bgr), time);
    }
}
