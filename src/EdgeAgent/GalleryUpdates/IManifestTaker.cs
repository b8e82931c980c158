using ShiTu.EdgeAgent.Mqtt;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Takes manifests of one kind; <see cref="UpdateService"/> brings them from a broker, <see cref="GalleryApply"/> from a folder.</summary>
internal interface IManifestTaker
{
    /// <summary>The kind: the last level of <c>desired/…</c>, the first part of a receipt's <c>ref</c>.</summary>
    string Name { get; }

    /// <summary>How the gallery is, as it is published.</summary>
    GalleryStatus Status { get; }

    /// <summary>Whether the manifest last taken is not in use yet: something of it did not come.</summary>
    bool Unfinished { get; }

    /// <summary>Looks at a manifest without taking it. Any thread.</summary>
    /// <param name="document">As it came.</param>
    /// <param name="refusal">The receipt of its refusal, or null.</param>
    /// <returns>Whether it is to be taken; false without a refusal where it is in use, or was answered for good.</returns>
    bool Wants(SignedDocument document, out Receipt? refusal);

    /// <summary>Takes a manifest as far as it goes; null where there is nothing to say (it is in use already, or the receipt comes from the next start).</summary>
    Task<Receipt?> TakeAsync(SignedDocument document, IChunkSource source, CancellationToken cancellation);

    /// <summary>At the start: finishes what a power loss cut short. Null where nothing was to do.</summary>
    Task<Receipt?> RecoverAsync(CancellationToken cancellation);

    /// <summary>What there is to say of a manifest that was answered already.</summary>
    Receipt Again(SignedDocument document);

    /// <summary>A receipt with what is in use now.</summary>
    Receipt Answer(string reference, Refusal? refusal, string text);
}
