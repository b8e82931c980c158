namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Which galleries this device has room for, and whose vectors it can compare.</summary>
internal static class GalleryLimits
{
    /// <summary>Checks what a manifest declares.</summary>
    /// <exception cref="RefusedException">It is of other models (<c>model</c>) or too large (<c>size</c>).</exception>
    public static void Check(GalleryManifest manifest, UpdateOptions options, UpdateTarget target)
    {
        if (manifest.Model != target.Model || manifest.Dimension != target.Dimension)
        {
            throw new RefusedException("model", $"It is for the model {manifest.Model} with {manifest.Dimension} floats; this device runs {target.Model} with {target.Dimension}.");
        }

        var bytes = manifest.Chunks.Sum(chunk => (long)chunk.Bytes);
        if (manifest.Items > options.MaxItems || manifest.Views > options.MaxViews || bytes > options.MaxBytes)
        {
            throw new RefusedException("size", $"It has {manifest.Items} items, {manifest.Views} views, {bytes} bytes; this device takes {options.MaxItems}, {options.MaxViews}, {options.MaxBytes}.");
        }
    }
}
