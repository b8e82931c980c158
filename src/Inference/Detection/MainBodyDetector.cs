using ShiTu.Inference.Engines;
using ShiTu.Inference.Imaging;
using ShiTu.Inference.Models;

namespace ShiTu.Inference.Detection;

/// <summary>Prepares a picture, runs the detector, decodes and applies NMS. One thread at a time; allocates nothing once warm.</summary>
public sealed class MainBodyDetector : IDisposable
{
    private readonly IInferenceRequest _request;
    private readonly PairedPreparer _preparer;
    private readonly BoxDecoder _decoder;

    /// <summary>Takes a request of its own from <paramref name="engine"/>, which it does not own.</summary>
    /// <param name="engine">A loaded detector.</param>
    /// <param name="manifest">Its manifest.</param>
    /// <exception cref="ModelException">The model's inputs or outputs are not what the manifest says.</exception>
    public MainBodyDetector(IInferenceEngine engine, ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(manifest);
        _decoder = new BoxDecoder(manifest.Preparation.Width, manifest.Preparation.Height, manifest.Strides);
        _request = engine.CreateRequest(1);
        _preparer = new PairedPreparer(manifest.Preparation, engine.Threads);
        try
        {
            ModelInput.Check(_request, manifest, batch: 1);
            _decoder.Check(_request.Outputs, manifest.Name);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Finds the products in <paramref name="picture"/>, best first.</summary>
    /// <param name="picture">Any size, either sample order.</param>
    /// <param name="options">Thresholds.</param>
    /// <param name="into">Receives at most <c>options.MaxDetections</c> boxes, clipped to the picture, each at least one pixel wide and high.</param>
    /// <returns>How many were written.</returns>
    public int Detect(PictureView picture, DetectionOptions options, Span<Detection> into)
    {
        _preparer.Prepare(picture, [new PixelRect(0, 0, picture.Width, picture.Height)], _request.Input(0));
        _request.Run();
        _decoder.Start();
        for (var level = 0; level < _request.Outputs.Count; level++)
        {
            _decoder.Decode(level, _request.Output(level), options.ScoreThreshold, picture.Width, picture.Height);
        }

        _decoder.Sort(NonMaximumSuppression.MaxCandidates);
        return NonMaximumSuppression.Apply(_decoder.Candidates, options.IouThreshold, into[..Math.Min(into.Length, options.MaxDetections)]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _request.Dispose();
        _preparer.Dispose();
    }
}
