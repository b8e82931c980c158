using ShiTu.Inference.Imaging;

namespace ShiTu.EdgeAgent.Capture;

/// <summary>Pictures of a folder or a list, without ffmpeg. One that cannot be read is named and counted, and the run goes on.</summary>
internal sealed class PictureSource(string path) : IFrameSource
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public SourceEnd Run(FrameSink sink, CancellationToken cancellation)
    {
        var given = 0L;
        var named = 0L;
        try
        {
            foreach (var file in PictureFiles.Of(path))
            {
                named++;
                if (Decode(file, sink) is not { } picture)
                {
                    continue;
                }

                var frame = sink.Rent(cancellation);
                frame.Adopt(picture);
                sink.Post(frame, Step * given, given == 0, file);
                given++;
            }
        }
        catch (OperationCanceledException)
        {
            return new SourceEnd(null, given);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new SourceEnd(error.Message, given);
        }

        return new SourceEnd(
            named == 0 ? $"{path}: no picture in it (.jpg .jpeg .png .webp .bmp .gif)" : given == 0 ? $"{path}: none of its {named} pictures can be read" : null,
            given);
    }

    private static Picture? Decode(string file, FrameSink sink)
    {
        try
        {
            return PictureDecoder.DecodeFile(file);
        }
        catch (Exception error) when (error is PictureFormatException or IOException or UnauthorizedAccessException)
        {
            sink.Skip(error.Message.Contains(file, StringComparison.Ordinal) ? error.Message : $"{file}: {error.Message}");
            return null;
        }
    }
}
