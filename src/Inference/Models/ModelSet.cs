using System.Security.Cryptography;
using System.Text;
using ShiTu.Inference.Detection;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Features;

namespace ShiTu.Inference.Models;

/// <summary>The detector and the feature model in use, loaded once for all workers.</summary>
public sealed class ModelSet : IDisposable
{
    private readonly IInferenceEngine _detectorEngine;
    private readonly IInferenceEngine _featureEngine;

    private ModelSet((ModelManifest Manifest, IInferenceEngine Engine) detector, (ModelManifest Manifest, IInferenceEngine Engine) feature)
    {
        (Detector, _detectorEngine) = detector;
        (Feature, _featureEngine) = feature;
        Identity = IdentityOf(Detector, Feature);
    }

    /// <summary>Manifest of the detector.</summary>
    public ModelManifest Detector { get; }

    /// <summary>Manifest of the feature model.</summary>
    public ModelManifest Feature { get; }

    /// <summary>Identity of the pair as events carry it: <c>detector+feature@</c> and the first 8 hex digits of the hash of both identities. A gallery is bound to it.</summary>
    public string Identity { get; }

    /// <summary>Engine in use: <c>onnxruntime</c> or <c>openvino</c>, its version and arithmetic, and why it was taken.</summary>
    public string EngineDescription => _featureEngine.Description;

    /// <summary>Engine of the detector.</summary>
    public IInferenceEngine DetectorEngine => _detectorEngine;

    /// <summary>Engine of the feature model.</summary>
    public IInferenceEngine FeatureEngine => _featureEngine;

    /// <summary>Loads both folders at the same time and runs the self-test of decision 10.</summary>
    /// <exception cref="ModelException">A folder is missing, damaged or of the wrong kind.</exception>
    /// <exception cref="InferenceException">No engine runs it.</exception>
    public static ModelSet Load(string detectorFolder, string featureFolder, EngineOptions options)
    {
        var detector = Task.Run(() => Open(detectorFolder, ModelManifest.MainBody, options, (engine, manifest) => new MainBodyDetector(engine, manifest).Dispose()));
        var feature = new Task<(ModelManifest, IInferenceEngine)>(() => Open(featureFolder, ModelManifest.FeatureKind, options, SelfTest));
        feature.RunSynchronously();
        try
        {
            // Waits for both; where both failed, the detector's failure is told.
            Task.WhenAll(detector, feature).GetAwaiter().GetResult();
            return new ModelSet(detector.Result, feature.Result);
        }
        catch
        {
            foreach (var loaded in new[] { detector, feature }.Where(task => task.IsCompletedSuccessfully))
            {
                loaded.Result.Item2.Dispose();
            }

            throw;
        }
    }

    /// <summary>Identity and dimension of two model folders, without loading them.</summary>
    /// <exception cref="ModelException">A folder is missing, damaged or of the wrong kind.</exception>
    public static (string Identity, int Dimension) IdentityOf(string detectorFolder, string featureFolder)
    {
        var feature = ReadOf(featureFolder, ModelManifest.FeatureKind);
        return (IdentityOf(ReadOf(detectorFolder, ModelManifest.MainBody), feature), feature.Dimension);
    }

    /// <summary>A detector with its own request and buffers: one a worker.</summary>
    public MainBodyDetector CreateDetector() => new(_detectorEngine, Detector);

    /// <summary>A feature extractor with its own requests and buffers: one a worker. Requests of more than one picture are made on first use, or by <see cref="FeatureExtractor.WarmUp"/>.</summary>
    public FeatureExtractor CreateFeatureExtractor() => new(_featureEngine, Feature);

    /// <inheritdoc/>
    public void Dispose()
    {
        _detectorEngine.Dispose();
        _featureEngine.Dispose();
    }

    private static string IdentityOf(ModelManifest detector, ModelManifest feature)
    {
        var both = SHA256.HashData(Encoding.ASCII.GetBytes(detector.Identity + feature.Identity));
        return $"{detector.Name}+{feature.Name}@{Convert.ToHexStringLower(both)[..8]}";
    }

    private static ModelManifest ReadOf(string folder, string kind)
    {
        var manifest = ModelManifest.Read(folder);
        return manifest.Kind == kind
            ? manifest
            : throw new ModelException($"{folder}: a model of kind '{manifest.Kind}' where a '{kind}' one is needed; are models.detector and models.feature exchanged?");
    }

    private static (ModelManifest Manifest, IInferenceEngine Engine) Open(string folder, string kind, EngineOptions options, Action<IInferenceEngine, ModelManifest> check)
    {
        var manifest = ReadOf(folder, kind);
        var engine = InferenceEngines.Open(folder, options);
        try
        {
            check(engine, manifest);
            return (manifest, engine);
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    private static void SelfTest(IInferenceEngine engine, ModelManifest manifest)
    {
        using var extractor = new FeatureExtractor(engine, manifest);
        ModelSelfTest.Check(extractor, manifest, engine);
    }
}
