namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Chunks of a signed gallery on a disk or USB stick: <c>OUT/chunks/{sha256}</c>.</summary>
internal sealed class FolderChunks(string folder) : IChunkSource
{
    /// <inheritdoc/>
    public Task FetchAsync(IReadOnlyList<ChunkReference> missing, ChunkStore store, CancellationToken cancellation)
    {
        ChunkReference? absent = null;
        foreach (var chunk in missing)
        {
            cancellation.ThrowIfCancellationRequested();
            var file = new FileInfo(Path.Combine(folder, "chunks", chunk.Sha256));
            if (!file.Exists)
            {
                absent ??= chunk;
                continue;
            }

            if (file.Length != chunk.Bytes)
            {
                throw new RefusedException("chunk", $"The chunk {chunk.Sha256} has {file.Length} bytes; {chunk.Bytes} are declared.") { MayRetry = true };
            }

            store.Put(chunk, File.ReadAllBytes(file.FullName));
        }

        return absent is null ? Task.CompletedTask : throw new RefusedException("chunk", $"The chunk {absent.Sha256} is missing in {folder}.") { MayRetry = true };
    }
}
