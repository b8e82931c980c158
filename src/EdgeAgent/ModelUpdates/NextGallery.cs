using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.Index.Calibration;
using ShiTu.Index.Gallery;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.ModelUpdates;

/// <summary>
/// The gallery in use, for the next model set: with the same feature model its vectors are taken over, with another one every view is embedded anew from its picture: that of the chunk which
/// brought it, or the one that the gallery keeps.
/// </summary>
/// <param name="gallery">The gallery in use.</param>
/// <param name="present">The models in use.</param>
/// <param name="updates">The gallery's manifest in use, and the folder of the state.</param>
/// <param name="time">Clock that dates views.</param>
internal sealed class NextGallery(GalleryStore gallery, ModelSet present, NextGallerySource updates, TimeProvider time)
{
    private const int MostNamed = 5;

    /// <summary>Makes it anew.</summary>
    /// <param name="path">Its file; what is there is removed.</param>
    /// <param name="next">The next models.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Views that were embedded anew.</returns>
    /// <exception cref="RefusedException">Items lack pictures (<c>pictures</c>).</exception>
    public int Make(string path, ModelSet next, CancellationToken cancellation)
    {
        foreach (var ending in new[] { "", "-wal", "-shm" })
        {
            File.Delete(path + ending);
        }

        if (next.Feature.Identity != present.Feature.Identity)
        {
            CheckPictures(cancellation);
        }

        using var made = GalleryStore.Open(path, next.Identity, next.Feature.Dimension, time);
        var embedded = 0;
        made.Batch(store => embedded = next.Feature.Identity == present.Feature.Identity ? TakeOver(store, cancellation) : EmbedAnew(store, next, cancellation));
        Calibrate(made, next.Feature.Identity == present.Feature.Identity, cancellation);
        return embedded;
    }

    private int TakeOver(GalleryStore made, CancellationToken cancellation)
    {
        foreach (var item in gallery.Items())
        {
            cancellation.ThrowIfCancellationRequested();
            made.Add(item, [.. gallery.Views(item.Id).Zip(gallery.Pictures(item.Id), (view, picture) => view with { Picture = picture })]);
        }

        KeepNote(made);
        return 0;
    }

    private int EmbedAnew(GalleryStore made, ModelSet next, CancellationToken cancellation)
    {
        using var extractor = next.CreateFeatureExtractor();
        var embed = PictureEmbedding.With(extractor, updates.MaxPicturePixels);
        var vectors = new ChunkVectors(updates.Chunks, GalleryUpdater.VectorsOf(updates.StateFolder), new UpdateTarget("", "", next.Identity, next.Feature.Dimension), embed);
        var left = gallery.Items().ToDictionary(item => item.Id, StringComparer.Ordinal);
        var embedded = 0;
        foreach (var chunk in updates.Applied?.Chunks.Where(IsOfPictures) ?? [])
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var (brought, views) in vectors.Read(chunk))
            {
                if (left.TryGetValue(brought.Id, out var item) && IsOf(item, views.Select(view => view.PictureSha256)))
                {
                    left.Remove(item.Id);
                    made.Add(item, views);
                    embedded += views.Count;
                }
            }
        }

        foreach (var item in left.Values)
        {
            cancellation.ThrowIfCancellationRequested();
            var views = gallery.Views(item.Id).Zip(gallery.Pictures(item.Id), (view, picture) => view with { Vector = embed(picture), Picture = picture }).ToList();
            made.Add(item, views);
            embedded += views.Count;
        }

        KeepNote(made);
        return embedded;
    }

    // Before minutes of work: whether it can be done at all.
    private void CheckPictures(CancellationToken cancellation)
    {
        var left = gallery.Items().ToDictionary(item => item.Id, StringComparer.Ordinal);
        var all = left.Count;
        foreach (var chunk in updates.Applied?.Chunks ?? [])
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var item in PicturesOf(chunk) ?? [])
            {
                if (left.TryGetValue(item.Id, out var own) && IsOf(own, item.Views.Select(view => Hash(view.Picture))))
                {
                    left.Remove(item.Id);
                }
            }
        }

        var lacking = left.Values.Where(item => gallery.Pictures(item.Id).Contains(null)).Select(item => item.Id).ToList();
        if (lacking.Count > 0)
        {
            throw new RefusedException("pictures", $"{lacking.Count} of {all} items lack a picture to embed with another feature model, as {string.Join(", ", lacking.Take(MostNamed).Select(id => $"'{id}'"))}. " +
                "Send the gallery from pictures first (`gallery sign FOLDER`, or DB --pictures), and enrol local items with updates.keep_pictures.");
        }
    }

    private bool IsOfPictures(ChunkReference chunk) => PicturesOf(chunk) is not null;

    // The items of a chunk that holds pictures only; null for any other, and for one that is no longer whole.
    private List<ChunkItem>? PicturesOf(ChunkReference chunk)
    {
        try
        {
            var items = GalleryChunk.Read(updates.Chunks.Read(chunk), present.Feature.Dimension);
            return items.TrueForAll(item => item.Views.All(view => view.Picture is not null)) ? items : null;
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    private bool IsOf(GalleryItem item, IEnumerable<string> pictures) => !item.Local && gallery.Views(item.Id).Select(view => view.PictureSha256).SequenceEqual(pictures);

    private static string Hash(byte[]? picture) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(picture!));

    private void KeepNote(GalleryStore made)
    {
        if (gallery.GetNote(GalleryUpdater.ContentNote) is { } content)
        {
            made.SetNote(GalleryUpdater.ContentNote, content);
        }
    }

    // Thresholds belong to the feature model: for another one they are measured again, to the same rate.
    private void Calibrate(GalleryStore made, bool sameFeature, CancellationToken cancellation)
    {
        if (GalleryCalibration.Load(gallery) is not { } calibration)
        {
            return;
        }

        try
        {
            GalleryCalibration.Save(made, sameFeature ? calibration : GalleryCalibration.Measure(made, calibration.Target, calibration.Margin, cancellation));
        }
        catch (GalleryException error) when (error.Fault == GalleryFault.Item)
        {
            // Too few labels by now: the configured threshold holds.
        }
    }
}

/// <summary>Where pictures of the owner's items are.</summary>
/// <param name="Applied">The gallery's manifest in use, or null.</param>
/// <param name="Chunks">Its chunks.</param>
/// <param name="StateFolder">The state directory.</param>
/// <param name="MaxPicturePixels">Most pixels that are decoded.</param>
internal sealed record NextGallerySource(GalleryManifest? Applied, ChunkStore Chunks, string StateFolder, long MaxPicturePixels);
