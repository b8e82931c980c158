using ShiTu.EdgeAgent.Configuration;
using ShiTu.EdgeAgent.ModelUpdates;
using ShiTu.Index.Gallery;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.Cli;

/// <summary>Opens models and gallery the way every verb does.</summary>
internal static class AgentModels
{
    /// <summary>Loads the models in use: the configured ones, or those that a signed update put in their place.</summary>
    public static ModelSet Load(AgentOptions options)
    {
        var sets = new ModelSets(options);
        return sets.Load(sets.InUse);
    }

    /// <summary>Opens the gallery for the models, making it where there is none.</summary>
    /// <param name="path">Given on the command line, or null for the state directory's.</param>
    /// <param name="options">Settings.</param>
    /// <param name="models">What it must be bound to.</param>
    public static GalleryStore OpenGallery(string? path, AgentOptions options, ModelSet models)
    {
        var file = path ?? options.GalleryPath;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        return GalleryStore.Open(file, models.Identity, models.Feature.Dimension);
    }
}
