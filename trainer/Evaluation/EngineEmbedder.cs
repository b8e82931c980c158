using ShiTu.Inference.Engines;
using ShiTu.Inference.Features;
using ShiTu.Inference.Imaging;
using ShiTu.Inference.Models;

namespace ShiTu.Trainer.Evaluation;

/// <summary>The agent's own engine and preparation on an exported model folder: what is measured is what is deployed.</summary>
internal sealed class EngineEmbedder : IPictureEmbedder
{
    private readonly IInferenceEngine _engine;
    private readonly FeatureExtractor _extractor;

    public EngineEmbedder(string folder, EngineOptions options)
    {
        var manifest = ModelManifest.Read(folder);
        _engine = InferenceEngines.Open(folder, options);
        _extractor = new FeatureExtractor(_engine, manifest);
    }

    public IReadOnlyList<float[]> Embed(IReadOnlyList<Picture> pictures) => [.. pictures.Select(picture =>
    {
        var vector = new float[_extractor.Dimension];
        _extractor.Extract(picture.View, [new PixelRect(0, 0, picture.Width, picture.Height)], vector);
        return vector;
    })];

    public void Dispose()
    {
        _extractor.Dispose();
        _engine.Dispose();
    }
}
