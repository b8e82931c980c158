using System.Security.Cryptography;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.ModelUpdates;

/// <summary>Model files as pieces and back: raw slices of a chunk's largest size, the last one shorter.</summary>
internal sealed class ModelPieces(ChunkStore store)
{
    /// <summary>Cuts a file.</summary>
    /// <exception cref="InvalidDataException">It is empty.</exception>
    public static (ModelFile File, IReadOnlyList<BuiltChunk> Pieces) Cut(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var pieces = bytes.Chunk(GalleryChunk.MostBytes).Select(piece => new BuiltChunk(new ChunkReference(Hash(piece), piece.Length, Items: 0), piece)).ToList();
        return pieces.Count > 0
            ? (new ModelFile(Path.GetFileName(path), Hash(bytes), bytes.Length, [.. pieces.Select(piece => piece.Reference)]), pieces)
            : throw new InvalidDataException($"{path} is empty.");
    }

    /// <summary>Pieces that have to come: those of files that neither the folders of the set nor those of the set in use hold.</summary>
    public IReadOnlyList<ChunkReference> Missing(ModelsManifest manifest, ModelFolders into, ModelFolders present) =>
    [
        .. manifest.Models.SelectMany(model => model.Files
            .Where(file => !Is(PathOf(into, model.Kind, file.Name), file) && !Is(PathOf(present, model.Kind, file.Name), file))
            .SelectMany(file => file.Pieces)).DistinctBy(piece => piece.Sha256).Where(piece => !store.Has(piece)),
    ];

    /// <summary>Puts a set together: files of the pieces, or of the set in use where that has the same. It never changes a file of that.</summary>
    /// <exception cref="RefusedException">A piece is missing, or a file does not hash to what is declared (<c>chunk</c>).</exception>
    public void Assemble(ModelsManifest manifest, ModelFolders into, ModelFolders present)
    {
        foreach (var kind in new[] { ModelManifest.MainBody, ModelManifest.FeatureKind })
        {
            Directory.CreateDirectory(FolderOf(into, kind));
            if (manifest.Models.FirstOrDefault(model => model.Kind == kind) is { } sent)
            {
                foreach (var file in sent.Files.Where(file => !Is(PathOf(into, kind, file.Name), file)))
                {
                    Write(PathOf(into, kind, file.Name), file, PathOf(present, kind, file.Name));
                }
            }
            else
            {
                foreach (var name in ModelsManifest.FileNames.Where(name => File.Exists(PathOf(present, kind, name))))
                {
                    File.Copy(PathOf(present, kind, name), PathOf(into, kind, name), overwrite: true);
                }
            }
        }
    }

    private static string FolderOf(ModelFolders folders, string kind) => kind == ModelManifest.MainBody ? folders.Detector : folders.Feature;

    private static string PathOf(ModelFolders folders, string kind, string name) => Path.Combine(FolderOf(folders, kind), name);

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static bool Is(string path, ModelFile file)
    {
        if (new FileInfo(path) is not { Exists: true } found || found.Length != file.Bytes)
        {
            return false;
        }

        using var stream = found.OpenRead();
        return Convert.ToHexStringLower(SHA256.HashData(stream)) == file.Sha256;
    }

    private void Write(string path, ModelFile file, string present)
    {
        if (Is(present, file))
        {
            File.Copy(present, path, overwrite: true);
            return;
        }

        using (var stream = new FileStream(path, FileMode.Create, FileAccess.Write))
        {
            foreach (var piece in file.Pieces)
            {
                stream.Write(store.Read(piece));
            }

            stream.Flush(flushToDisk: true);
        }

        if (!Is(path, file))
        {
            File.Delete(path);
            throw new RefusedException("chunk", $"The pieces of {file.Name} do not make the file that is declared ({file.Sha256}).");
        }
    }
}
