using System.Security.Cryptography;
using System.Text;
using ShiTu.Inference.Imaging;

namespace ShiTu.Trainer.Data;

/// <summary>Decodes a set once, at the side its recipe says, and keeps the result in a file beside the runs so that the next start takes seconds.</summary>
public static class PictureCache
{
    /// <summary>Loads the pictures of a set. A picture that cannot be read is reported and null.</summary>
    /// <param name="entries">The set.</param>
    /// <param name="side">Side to resize to, pixels.</param>
    /// <param name="folder">Where the file is kept; null: nowhere.</param>
    /// <param name="report">Receives one line for each unreadable picture.</param>
    /// <param name="token">Cancels.</param>
    public static CachedPicture?[] Load(IReadOnlyList<PictureEntry> entries, int side, string? folder, Action<string> report, CancellationToken token)
    {
        var file = folder is null ? null : Path.Combine(folder, $"{Key(entries, side)}.pixels");
        if (file is not null && File.Exists(file))
        {
            return ReadFile(file, entries.Count, side);
        }

        var pictures = new CachedPicture?[entries.Count];
        var threads = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = token };
        Parallel.For(0, entries.Count, threads, () => new SquareDecoder(), (i, _, decoder) =>
        {
            try
            {
                pictures[i] = decoder.Decode(entries[i], side);
            }
            catch (Exception error) when (error is PictureFormatException or IOException or UnauthorizedAccessException)
            {
                report($"{entries[i].Path}: {error.Message}");
            }

            return decoder;
        }, _ => { });
        if (file is not null)
        {
            WriteFile(file, pictures, side);
        }

        return pictures;
    }

    private static string Key(IReadOnlyList<PictureEntry> entries, int side)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"2 {side}\n"));
        foreach (var entry in entries)
        {
            var time = File.Exists(entry.Path) ? File.GetLastWriteTimeUtc(entry.Path).Ticks : 0;
            hash.AppendData(Encoding.UTF8.GetBytes($"{entry.Path}\t{entry.Crop}\t{entry.Offset}\t{entry.Length}\t{time}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..24];
    }

    private static CachedPicture?[] ReadFile(string file, int count, int side)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
        var present = new byte[count];
        stream.ReadExactly(present);
        var pictures = new CachedPicture?[count];
        for (var i = 0; i < count; i++)
        {
            if (present[i] != 0)
            {
                var pixels = new byte[(side * side * 3) + 1];
                stream.ReadExactly(pixels.AsSpan(0, side * side * 3));
                pictures[i] = new CachedPicture(pixels, side);
            }
        }

        return pictures;
    }

    private static void WriteFile(string file, CachedPicture?[] pictures, int side)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var partial = $"{file}.{Environment.ProcessId}";
        using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
        {
            stream.Write([.. pictures.Select(picture => (byte)(picture is null ? 0 : 1))]);
            foreach (var picture in pictures)
            {
                if (picture is not null)
                {
                    stream.Write(picture.Pixels, 0, side * side * 3);
                }
            }
        }

        File.Move(partial, file, overwrite: true);
    }
}
