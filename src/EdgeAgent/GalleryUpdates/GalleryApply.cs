namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Takes a signed gallery or model set from a folder, without a broker: the same checks, the same receipt.</summary>
internal static class GalleryApply
{
    /// <summary>Takes it; null where it is in use already.</summary>
    public static Task<Receipt?> ApplyAsync(string folder, IManifestTaker updater, CancellationToken cancellation) =>
        updater.TakeAsync(SignedDocument.Read(Path.Combine(folder, GallerySigning.ManifestFile)), new FolderChunks(folder), cancellation);
}
