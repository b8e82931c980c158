using ShiTu.Inference.Detection;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Features;

namespace ShiTu.Inference.Models;

/// <summary>The detector and the feature model in use, loaded once for all workers.</summary>
public sealed class ModelSet : IDisposable
{
    /// <summary>Manifest of the detector.</summary>
    public ModelManifest Detector => throw new NotSupportedException("Being written.");

    /// <summary>Manifest of the feature model.</summary>
    public ModelManifest Feature => throw new NotSupportedException("Being written.");

    /// <summary>Identity of the pair as events carry it: <c>detector+feature@</c> and the first 8 hex digits of the hash of both identities. A gallery is bound to it.</summary>
    public string Identity => throw new NotSupportedException("Being written.");

    /// <summary>Engine in use: <c>onnxruntime</c> or <c>openvino</c>, and why.</summary>
    public string EngineDescription => throw new NotSupportedException("Being written.");

    /// <summary>Loads both folders, compiles the batch sizes, and runs the self-test of decision 10.</summary>
    /// <exception cref="ModelException">A folder is missing, damaged or of the wrong kind.</exception>
    /// <exception cref="InferenceException">No engine runs it.</exception>
    public static ModelSet Load(string detectorFolder, string featureFolder, EngineOptions options) => throw new NotSupportedException("Being written.");

    /// <summary>A detector with its own request and buffers: one a worker.</summary>
    public MainBodyDetector CreateDetector() => throw new NotSupportedException("Being written.");

    /// <summary>A feature extractor with its own requests (batch 1, 2, 4, 8) and buffers: one a worker.</summary>
    public FeatureExtractor CreateFeatureExtractor() => throw new NotSupportedException("Being written.");

    /// <inheritdoc/>
    public void Dispose() => GC.SuppressFinalize(this);
}
