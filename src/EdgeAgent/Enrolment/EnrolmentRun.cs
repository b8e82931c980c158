using System.Security.Cryptography;
using System.Threading.Channels;
using ShiTu.Index.Gallery;
using ShiTu.Inference.Imaging;

namespace ShiTu.EdgeAgent.Enrolment;

/// <summary>Enrols many pictures: decoding runs ahead on other threads, one picture that cannot be read never ends the run.</summary>
internal static class EnrolmentRun
{
    private const int Ahead = 8;

    /// <summary>Embeds every picture.</summary>
    /// <param name="pictures">What to embed.</param>
    /// <param name="enroller">Embeds.</param>
    /// <param name="advanced">Called after each picture, with the finding where it was unreadable.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <returns>The pictures that could be read, in order, each with its view.</returns>
    public static async Task<IReadOnlyList<(ListedPicture Picture, GalleryView View)>> RunAsync(
        IReadOnlyList<ListedPicture> pictures, Enroller enroller, Action<string?> advanced, CancellationToken cancellation)
    {
        var decoded = Channel.CreateBounded<Task<Decoded>>(Ahead);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reading = ReadAheadAsync(pictures, decoded.Writer, stop.Token);
        var views = new List<(ListedPicture, GalleryView)>(pictures.Count);
        try
        {
            await foreach (var pending in decoded.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                var (listed, picture, sha256, finding) = await pending.ConfigureAwait(false);
                if (picture is not null)
                {
                    views.Add((listed, enroller.Enrol(picture, sha256, Path.GetFileName(listed.Path))));
                }

                advanced(finding);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await reading.ConfigureAwait(false);
        return views;
    }

    private static async Task ReadAheadAsync(IReadOnlyList<ListedPicture> pictures, ChannelWriter<Task<Decoded>> writer, CancellationToken cancellation)
    {
        try
        {
            foreach (var picture in pictures)
            {
                await writer.WriteAsync(Task.Run(() => Decode(picture), cancellation), cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            writer.TryComplete();
        }
    }

    private static Decoded Decode(ListedPicture listed)
    {
        try
        {
            var bytes = File.ReadAllBytes(listed.Path);
            return new Decoded(listed, PictureDecoder.Decode(bytes), Convert.ToHexStringLower(SHA256.HashData(bytes)), null);
        }
        catch (Exception error) when (error is PictureFormatException or IOException or UnauthorizedAccessException)
        {
            return new Decoded(listed, null, "", $"{listed.Path}: {error.Message}");
        }
    }

    private sealed record Decoded(ListedPicture Listed, Picture? Picture, string Sha256, string? Finding);
}
