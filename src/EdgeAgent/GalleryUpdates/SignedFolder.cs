namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>What the owner signs into: <c>manifest.json</c>, <c>manifest.json.sig</c> and <c>chunks/{sha256}</c>, ready for <c>push</c> or a USB stick.</summary>
internal sealed class SignedFolder
{
    /// <summary>Name of the manifest.</summary>
    public const string ManifestFile = "manifest.json";

    private readonly string _manifest;
    private readonly string _chunks;
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);

    /// <summary>Opens or makes the folder.</summary>
    public SignedFolder(string output)
    {
        _chunks = Directory.CreateDirectory(Path.Combine(output, "chunks")).FullName;
        _manifest = Path.Combine(output, ManifestFile);
    }

    /// <summary>One more than the generation that is there.</summary>
    /// <exception cref="RefusedException">What is there is a manifest of another kind.</exception>
    public long NextGeneration(Func<ReadOnlyMemory<byte>, IContentManifest> parse) => (File.Exists(_manifest) ? parse(File.ReadAllBytes(_manifest)).Generation : 0) + 1;

    /// <summary>Writes a chunk that is not there yet.</summary>
    public async Task AddAsync(BuiltChunk chunk, CancellationToken cancellation)
    {
        _named.Add(chunk.Reference.Sha256);
        var file = new FileInfo(Path.Combine(_chunks, chunk.Reference.Sha256));
        if (!file.Exists || file.Length != chunk.Reference.Bytes)
        {
            await File.WriteAllBytesAsync(file.FullName, chunk.Bytes, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Signs the manifest of the chunks that were added, and removes all others.</summary>
    public void Sign(byte[] manifest, SigningKey key)
    {
        SignedDocument.Sign(manifest, key).Write(_manifest);
        foreach (var file in Directory.GetFiles(_chunks).Where(file => !_named.Contains(Path.GetFileName(file))))
        {
            File.Delete(file);
        }
    }
}
