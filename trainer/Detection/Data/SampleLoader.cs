using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Data;
using ShiTu.Trainer.Detection.Assignment;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>Decodes the pictures of a set once, into memory.</summary>
internal static class SampleLoader
{
    /// <summary>Pictures are kept at their stored size, but no longer than this, pixels.</summary>
    public const int LongestSide = 480;

    /// <summary>Loads a set; a picture that cannot be read is reported and left out.</summary>
    /// <exception cref="DataException">None of the pictures can be read.</exception>
    public static List<Sample> Load(DetectionSet set, Action<string> report, CancellationToken token)
    {
        var samples = new Sample?[set.Pictures.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = token };
        Parallel.For(0, samples.Length, options, () => new PictureResizer(), (i, _, resizer) =>
        {
            try
            {
                samples[i] = Read(set.Pictures[i], resizer);
            }
            catch (Exception error) when (error is PictureFormatException or IOException or UnauthorizedAccessException)
            {
                report($"left out {set.Pictures[i].File}: {error.Message}");
            }

            return resizer;
        }, _ => { });
        var read = samples.OfType<Sample>().ToList();
        if (read.Count == 0)
        {
            throw new DataException($"{set.Name}: none of its {samples.Length} pictures can be read; the first should be {set.Pictures[0].File}.");
        }

        report($"{set.Name}: {read.Count} of {samples.Length} pictures, {read.Sum(s => s.Boxes.Length)} boxes{(set.Skipped.Count > 0 ? $"; left out: {set.SkippedText}" : "")}");
        return read;
    }

    private static Sample Read(DetectionPicture source, PictureResizer resizer)
    {
        var picture = PictureDecoder.DecodeFile(source.File);
        var scale = Math.Min(1f, (float)LongestSide / Math.Max(picture.Width, picture.Height));
        if (scale < 1)
        {
            var (width, height) = (Math.Max(1, (int)(picture.Width * scale)), Math.Max(1, (int)(picture.Height * scale)));
            var pixels = new byte[width * height * 3];
            resizer.Resize(picture.View, pixels, width, height, Interpolation.Area);
            var (sx, sy) = ((float)width / picture.Width, (float)height / picture.Height);
            return new(new Picture(pixels, width, height, picture.Order), Inside(source.Boxes.Select(box => box.Map(0, 0, sx, sy)), width, height));
        }

        return new(picture, Inside(source.Boxes, picture.Width, picture.Height));
    }

    private static Box[] Inside(IEnumerable<Box> boxes, int width, int height) =>
        [.. boxes.Select(box => box.Clip(width, height)).Where(box => box.Width >= 1 && box.Height >= 1)];
}
