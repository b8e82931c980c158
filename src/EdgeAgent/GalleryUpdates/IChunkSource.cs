namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Where chunks come from: a broker, or a folder.</summary>
internal interface IChunkSource
{
    /// <summary>Brings what is missing into the store, each chunk durable as soon as it is verified.</summary>
    /// <exception cref="RefusedException">A chunk does not come, or is not what the manifest declares.</exception>
    Task FetchAsync(IReadOnlyList<ChunkReference> missing, ChunkStore store, CancellationToken cancellation);
}
