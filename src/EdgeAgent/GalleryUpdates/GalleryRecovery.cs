using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Opens the index over the gallery at the start; where that fails, the generation before comes back from its chunks, which are still on the disk.</summary>
internal static class GalleryRecovery
{
    private const int MostStarts = 2;

    /// <summary>Opens the gallery's file. One that is damaged is set aside where a signed manifest says what belongs into it: <see cref="OpenIndexAsync"/> then writes it anew.</summary>
    /// <param name="path">The file.</param>
    /// <param name="state">What survived the last stop.</param>
    /// <param name="open">Opens it, making it where there is none.</param>
    /// <param name="time">Clock, for the name of what is set aside.</param>
    public static GalleryStore OpenGallery(string path, UpdateState state, Func<GalleryStore> open, TimeProvider time)
    {
        try
        {
            return open();
        }
        catch (GalleryException error) when (error.Fault == GalleryFault.Corrupt && state.Applied is not null)
        {
            var aside = $"{path}.damaged-{time.GetUtcNow():yyyyMMddHHmmss}";
            foreach (var ending in new[] { "", "-wal", "-shm" })
            {
                if (File.Exists(path + ending))
                {
                    File.Move(path + ending, aside + ending, overwrite: true);
                }
            }

            return open();
        }
    }

    /// <summary>Opens the index.</summary>
    /// <param name="gallery">The gallery.</param>
    /// <param name="options">Index.</param>
    /// <param name="state">What survived the last stop.</param>
    /// <param name="updater">An updater without an index.</param>
    /// <param name="otherModels">Whether other models came into use since the last stop than a manifest said: the gallery is then theirs, of whatever time.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The index, and the receipt of a fall-back where there was one.</returns>
    public static async Task<(LiveIndex Index, Receipt? Receipt)> OpenIndexAsync(
        GalleryStore gallery, IndexOptions options, UpdateState state, GalleryUpdater updater, bool otherModels, CancellationToken cancellation)
    {
        Receipt? receipt = null;
        if (updater.IsContentLost)
        {
            receipt = await updater.FallBackAsync("The gallery's file was damaged or lost; a damaged one is set aside beside it, with the items that were enrolled here.", isOther: false, cancellation).ConfigureAwait(false);
        }

        else if (otherModels && updater.IsContentOther)
        {
            receipt = await updater.FallBackAsync("The models before are in use again, with the gallery that was theirs.", isOther: true, cancellation).ConfigureAwait(false);
        }

        // A process that dies over the new gallery leaves no exception behind: only the count of its starts tells.
        if (receipt is null && state.Unproved && state.CountStart() > MostStarts)
        {
            receipt = await updater.FallBackAsync($"{MostStarts} starts ended before it was loaded.", isOther: false, cancellation).ConfigureAwait(false);
        }

        try
        {
            return (LiveIndex.Open(gallery, options), receipt);
        }
        catch (Exception error) when (receipt is null && IsOfTheGallery(error))
        {
            receipt = await updater.FallBackAsync(error.Message, isOther: false, cancellation).ConfigureAwait(false);
            if (receipt is null)
            {
                throw;
            }
        }

        return (LiveIndex.Open(gallery, options), receipt);
    }

    // A full disk or a missing library is no fault of the new gallery: going back would not help.
    private static bool IsOfTheGallery(Exception error) => error is GalleryException { Fault: not GalleryFault.Storage } or OutOfMemoryException;
}
