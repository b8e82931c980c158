using ShiTu.Inference.Imaging;

namespace ShiTu.Trainer.Data;

/// <summary>The pictures of a set that can be read, one at a time.</summary>
internal static class ReadablePictures
{
    /// <summary>Decodes in order.</summary>
    /// <param name="entries">The set.</param>
    /// <param name="report">Receives a line for each unreadable picture; it is left out.</param>
    public static IEnumerable<(PictureEntry Entry, Picture Picture)> Of(IEnumerable<PictureEntry> entries, Action<string> report)
    {
        foreach (var entry in entries)
        {
            Picture picture;
            try
            {
                picture = entry.Decode();
            }
            catch (Exception error) when (error is PictureFormatException or IOException or UnauthorizedAccessException)
            {
                report($"left out {entry.Path}: {error.Message}");
                continue;
            }

            yield return (entry, picture);
        }
    }
}
