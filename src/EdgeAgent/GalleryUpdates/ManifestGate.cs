namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Who this device is to an update.</summary>
/// <param name="Site">Its site.</param>
/// <param name="Device">Its name.</param>
/// <param name="Model">Its model identity.</param>
/// <param name="Dimension">Floats a vector.</param>
internal sealed record UpdateTarget(string Site, string Device, string Model, int Dimension);

/// <summary>The checks that a manifest must pass before anything of it is fetched (contract 2.1), in this order: the signature comes before a single byte is parsed.</summary>
/// <param name="target">Who this device is.</param>
/// <param name="keys">Keys that may sign.</param>
/// <param name="state">What was taken before.</param>
/// <param name="time">Clock.</param>
/// <param name="parse">Reads one; throws <see cref="RefusedException"/>.</param>
/// <param name="fits">Whether a new one fits this device; throws <see cref="RefusedException"/>.</param>
internal sealed class ManifestGate<T>(UpdateTarget target, TrustedKeys keys, ManifestState state, TimeProvider time, Func<ReadOnlyMemory<byte>, T> parse, Action<T> fits)
    where T : class, IContentManifest
{
    /// <summary>Checks a document.</summary>
    /// <param name="document">As it came.</param>
    /// <param name="known">True where it is exactly the manifest last taken: it is not new, but may have to be finished.</param>
    /// <returns>The manifest.</returns>
    /// <exception cref="RefusedException">A check failed.</exception>
    public T Check(SignedDocument document, out bool known)
    {
        known = false;
        if (keys.Check(document) is { } refusal)
        {
            throw new RefusedException(refusal.Check, refusal.Text);
        }

        var manifest = parse(document.Payload);
        ManifestHead.CheckTarget(manifest.Site, manifest.Devices, target);
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

        fits(manifest);
        return manifest;
    }

    /// <summary>A manifest that passed before, or null for none.</summary>
    public T? Read(byte[]? payload) => payload is null ? null : parse(payload);
}
