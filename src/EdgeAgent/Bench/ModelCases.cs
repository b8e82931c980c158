using ShiTu.EdgeAgent.Configuration;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Engines.OnnxRuntime;
using ShiTu.Inference.Imaging;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.Bench;

/// <summary>Bare model calls beside plain ONNX Runtime on the same graph, and the preparation before them.</summary>
internal sealed class ModelCases(ModelSet models, ModelOptions options, Picture frame)
{
    /// <summary>What the ratios of model calls are relative to.</summary>
    public const string Plain = "plain ONNX Runtime";

    /// <summary>Threads inside a call.</summary>
    public int Threads { get; } = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;

    /// <summary>A call of the feature model.</summary>
    public BenchCase Feature(int batch, int count) => Call("feature model call", models.FeatureEngine, models.Feature, options.FeatureFolder, batch, count);

    /// <summary>A call of the detector.</summary>
    public BenchCase Detector(int count) => Call("detector call", models.DetectorEngine, models.Detector, options.DetectorFolder, 1, count);

    /// <summary>Frame to detector input.</summary>
    public BenchCase Preparing(int count)
    {
        var preparer = new Preparer(models.Detector.Preparation);
        var (width, height) = (preparer.Preparation.Width, preparer.Preparation.Height);
        var planes = new float[3 * width * height];
        return new BenchCase { Case = $"preparation {frame.Width}x{frame.Height} to {width}x{height}", Threads = 1, Batch = 1 }
            .WithTimes(Stopwatches.Measure(() => preparer.Prepare(frame.View, planes), count));
    }

    /// <summary>A request whose every picture is the frame.</summary>
    public IInferenceRequest Request(IInferenceEngine engine, ModelManifest manifest, int batch)
    {
        var request = engine.CreateRequest(batch);
        Fill(request.Input(0), manifest, batch);
        return request;
    }

    private BenchCase Call(string name, IInferenceEngine engine, ModelManifest manifest, string folder, int batch, int count)
    {
        using var request = Request(engine, manifest, batch);
        using var plain = new PlainOnnxSession(folder, new EngineOptions { Threads = options.Threads }, batch);
        Fill(plain.Input(0), manifest, batch);
        var (own, _, ratio) = Stopwatches.Compare(request.Run, plain.Run, count);
        return new BenchCase { Case = $"{name} ({manifest.Name})", Engine = engine.Name, Precision = engine.Precision, Threads = Threads, Batch = batch, RatioTo = Plain, Ratio = Math.Round(ratio, 4) }.WithTimes(own);
    }

    private void Fill(Span<float> input, ModelManifest manifest, int batch)
    {
        var preparer = new Preparer(manifest.Preparation);
        var pixels = input.Length / batch;
        for (var at = 0; at < batch; at++)
        {
            preparer.Prepare(frame.View, input.Slice(at * pixels, pixels));
        }
    }
}
