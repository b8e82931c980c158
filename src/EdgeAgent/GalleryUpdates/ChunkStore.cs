using System.Security.Cryptography;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Verified chunks on the disk, each named by its SHA-256. What is here was whole when it was written; it is hashed again when it is read.</summary>
internal sealed class ChunkStore
{
    /// <summary>Opens or makes the folder.</summary>
    public ChunkStore(string folder)
    {
        Folder = folder;
        Directory.CreateDirectory(folder);
        foreach (var torn in Directory.GetFiles(folder, "*.part"))
        {
            File.Delete(torn);
        }
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Whether a chunk is here.</summary>
    public bool Has(ChunkReference chunk) => new FileInfo(PathOf(chunk.Sha256)) is { Exists: true } file && file.Length == chunk.Bytes;

    /// <summary>Keeps a chunk; it is on the disk when this returns.</summary>
    /// <exception cref="RefusedException">Its length or hash is not what the manifest declares.</exception>
    public void Put(ChunkReference chunk, ReadOnlySpan<byte> bytes)
    {
        Verify(chunk, bytes);
        var part = PathOf(chunk.Sha256) + ".part";
        using (var file = new FileStream(part, FileMode.Create, FileAccess.Write))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(part, PathOf(chunk.Sha256), overwrite: true);
    }

    /// <summary>Reads a chunk.</summary>
    /// <exception cref="RefusedException">It is missing or was damaged since; a damaged one is removed, so that it is fetched again.</exception>
    public byte[] Read(ChunkReference chunk)
    {
        if (!Has(chunk))
        {
            throw new RefusedException("chunk", $"The chunk {chunk.Sha256} is missing.");
        }

        var bytes = File.ReadAllBytes(PathOf(chunk.Sha256));
        try
        {
            Verify(chunk, bytes);
            return bytes;
        }
        catch (RefusedException)
        {
            File.Delete(PathOf(chunk.Sha256));
            throw;
        }
    }

    /// <summary>Removes every chunk that none of the manifests names.</summary>
    public void Sweep(IEnumerable<IContentManifest> keep)
    {
        var wanted = keep.SelectMany(manifest => manifest.Chunks).Select(chunk => chunk.Sha256).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Folder).Where(file => !wanted.Contains(Path.GetFileName(file))))
        {
            File.Delete(file);
        }
    }

    private static void Verify(ChunkReference chunk, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != chunk.Bytes || Convert.ToHexStringLower(SHA256.HashData(bytes)) != chunk.Sha256)
        {
            throw new RefusedException("chunk", $"The chunk {chunk.Sha256} has {bytes.Length} bytes (declared: {chunk.Bytes}), or other content than its name says.");
        }
    }

    private string PathOf(string sha256) => Path.Combine(Folder, sha256);
}
