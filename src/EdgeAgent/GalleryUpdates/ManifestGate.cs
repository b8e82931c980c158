namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Who this device is to an update.</summary>
/// <param name="Site">Its site.</param>
/// <param name="Device">Its name.</param>
/// <param name="Model">Its model identity.</param>
/// <param name="Dimension">Floats a vector.</param>
internal sealed record UpdateTarget(string Site, string Device, string Model, int Dimension);

/// <summary>The checks that a manifest must pass before anything of it is fetched (contract 2.1), in this order: the signature comes before a single byte is parsed.</summary>
internal sealed class ManifestGate(UpdateOptions options, UpdateTarget target, TrustedKeys keys, UpdateState state, TimeProvider time)
{
    /// <summary>Checks a document.</summary>
    /// <param name="document">As it came.</param>
    /// <param name="known">True where it is exactly the manifest last taken: it is not new, but may have to be finished.</param>
    /// <returns>The manifest.</returns>
    /// <exception cref="RefusedException">A check failed.</exception>
    public GalleryManifest Check(SignedDocument document, out bool known)
    {
        known = false;
        if (keys.Check(document) is { } refusal)
        {
            throw new RefusedException(refusal.Check, refusal.Text);
        }

        var manifest = GalleryManifest.Parse(document.Payload);
        if (manifest.Site != target.Site || !(manifest.Devices.Contains("*") || manifest.Devices.Contains(target.Device)))
        {
            throw new RefusedException("target", $"It is for {manifest.Site}/{string.Join(',', manifest.Devices.Take(8))}; this is {target.Site}/{target.Device}.");
        }

        if (state.Desired is { } last && document.Payload.Span.SequenceEqual(last))
        {
            known = true;
            return manifest;
        }

        var now = time.GetUtcNow();
        if (manifest.Expires <= now)
        {
            throw new RefusedException("expiry", $"It expired at {manifest.Expires:u}; it is {now:u} here.");
        }

        if (manifest.Generation <= state.Taken)
        {
            throw new RefusedException("generation", $"It is generation {manifest.Generation}; {state.Taken} was taken already. A return to older content needs a new, higher generation.");
        }

        if (manifest.Model != target.Model || manifest.Dimension != target.Dimension)
        {
            throw new RefusedException("model", $"It is for the model {manifest.Model} with {manifest.Dimension} floats; this device runs {target.Model} with {target.Dimension}.");
        }

        var bytes = manifest.Chunks.Sum(chunk => (long)chunk.Bytes);
        if (manifest.Items > options.MaxItems || manifest.Views > options.MaxViews || bytes > options.MaxBytes)
        {
            throw new RefusedException("size", $"It has {manifest.Items} items, {manifest.Views} views, {bytes} bytes; this device takes {options.MaxItems}, {options.MaxViews}, {options.MaxBytes}.");
        }

        return manifest;
    }
}
