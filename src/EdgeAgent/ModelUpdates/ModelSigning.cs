using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.ModelUpdates;

/// <summary>The owner's side: model folders as pieces and a signed manifest.</summary>
internal static class ModelSigning
{
    /// <summary>Cuts the files, and signs.</summary>
    /// <param name="folders">One or two model folders.</param>
    /// <param name="request">For whom; its model is the identity of the pair that results.</param>
    /// <param name="key">Signs.</param>
    /// <param name="output">Folder for manifest and pieces.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ModelException">A folder is damaged.</exception>
    public static async Task<ModelsManifest> SignAsync(
        IReadOnlyList<string> folders, SigningRequest request, SigningKey key, string output, TimeProvider time, CancellationToken cancellation)
    {
        var folder = new SignedFolder(output);
        var models = new List<ModelEntry>();
        foreach (var source in folders)
        {
            var own = ModelManifest.Read(source);
            var files = new List<ModelFile>();
            foreach (var path in ModelsManifest.FileNames.Select(name => Path.Combine(source, name)).Where(File.Exists))
            {
                var (file, pieces) = ModelPieces.Cut(path);
                files.Add(file);
                foreach (var piece in pieces)
                {
                    await folder.AddAsync(piece, cancellation).ConfigureAwait(false);
                }
            }

            models.Add(new ModelEntry(own.Kind, own.Name, own.Identity, files));
        }

        var now = time.GetUtcNow();
        var manifest = new ModelsManifest
        {
            Site = request.Site,
            Devices = request.Devices,
            Generation = request.Generation > 0 ? request.Generation : folder.NextGeneration(ModelsManifest.Parse),
            Issued = now,
            Expires = now + request.Validity,
            Model = request.Model,
            Models = models,
        };
        // Read as devices will: what they would refuse is not signed.
        folder.Sign(ModelsManifest.Parse(manifest.ToJson()).ToJson(), key);
        return manifest;
    }
}
