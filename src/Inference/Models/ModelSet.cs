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

    private ModelSet(ModelManifest detector, ModelManifest feature, IInferenceEngine detectorEngine, IInferenceEngine featureEngine)
    {
        Detector = detector;
        Feature = feature;
        _detectorEngine = detectorEngine;
        _featureEngine = featureEngine;
        Identity = IdentityOf(detector, feature);
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

    /// <summary>Loads both folders, compiles the batch sizes, and runs the self-test of decision 10.</summary>
    /// <exception cref="ModelException">A folder is missing, damaged or of the wrong kind.</exception>
    /// <exception cref="InferenceException">No engine runs it.</exception>
    public static ModelSet Load(string detectorFolder, string featureFolder, EngineOptions options)
    {
        var detector = ReadOf(detectorFolder, ModelManifest.MainBody);
        var feature = ReadOf(featureFolder, ModelManifest.FeatureKind);
        var detectorEngine = InferenceEngines.Open(detectorFolder, options);
        try
        {
            var featureEngine = InferenceEngines.Open(featureFolder, options);
            try
            {
                var set = new ModelSet(detector, feature, detectorEngine, featureEngine);
                using var mainBody = set.CreateDetector();
                using var extractor = set.CreateFeatureExtractor();
                ModelSelfTest.Check(extractor, feature, featureEngine);
                return set;
            }
            catch
            {
                featureEngine.Dispose();
                throw;
            }
        }
        catch
        {
            detectorEngine.Dispose();
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

    /// <summary>A feature extractor with its own requests (batch 1, 2, 4, 8) and buffers: one a worker.</summary>
    public FeatureExtractor CreateFeatureExtractor()
    {
        var extractor = new FeatureExtractor(_featureEngine, Feature);
        try
        {
            extractor.WarmUp();
            return extractor;
        }
        catch
        {
            extractor.Dispose();
            throw;
        }
    }

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
}
