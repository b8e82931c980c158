using ShiTu.EdgeAgent.Configuration;

namespace ShiTu.EdgeAgent.ModelUpdates;

/// <summary>Where a model set and its gallery are.</summary>
/// <param name="Generation">Generation of the signed manifest that brought it; 0 for the configured set.</param>
/// <param name="Detector">Folder of the detector.</param>
/// <param name="Feature">Folder of the feature model.</param>
/// <param name="Gallery">The gallery that is bound to it.</param>
internal sealed record ModelFolders(long Generation, string Detector, string Feature, string Gallery)
{
    /// <summary>The same options with these folders.</summary>
    public ModelOptions Over(ModelOptions options) => options with { Detector = Path.GetFullPath(Detector), Feature = Path.GetFullPath(Feature) };
}
