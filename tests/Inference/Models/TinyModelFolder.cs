using ShiTu.Inference.Engines;
using ShiTu.Inference.Models;

namespace ShiTu.Inference.Tests.Models;

/// <summary>A temporary folder with a detector and a feature model; gone after the test.</summary>
public abstract class TinyModelFolder : IDisposable
{
    protected static readonly EngineOptions Bundled = new() { Engine = "onnxruntime", Threads = 1 };
    private readonly string _root = Directory.CreateTempSubdirectory("shitu-models-").FullName;

    protected TinyModelFolder()
    {
        Detector = TinyModels.Detector(In("detector"));
        Feature = TinyModels.Feature(In("feature"));
    }

    protected string Detector { get; }

    protected string Feature { get; }

    public void Dispose()
    {
        Directory.Delete(_root, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected string In(string name) => Path.Combine(_root, name);

    protected ModelSet Load() => ModelSet.Load(Detector, Feature, Bundled);
}
