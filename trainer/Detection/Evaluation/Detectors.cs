using ShiTu.Inference.Detection;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Models;
using ShiTu.Trainer.Detection.Assignment;
using ShiTu.Trainer.Detection.Training;

namespace ShiTu.Trainer.Detection.Evaluation;

/// <summary>Opens what can be measured: a model folder through the agent's own engine and decoder, or a PicoDet in ONNX to compare with.</summary>
internal sealed class Detectors : IDisposable
{
    private const int Most = 100;
    private const float Floor = 0.025f;
    private const float Suppression = 0.6f;
    private readonly List<IDisposable> _owned = [];

    private Detectors(string name) => Name = name;

    /// <summary>Name for the table.</summary>
    public string Name { get; }

    /// <summary>Finds boxes.</summary>
    public DetectFunction Detect { get; private set; } = _ => [];

    /// <summary>Opens a model folder.</summary>
    public static Detectors OpenFolder(string folder, EngineOptions options)
    {
        var manifest = ModelManifest.Read(folder);
        if (manifest.Kind != ModelManifest.MainBody)
        {
            throw new ModelException($"{folder}: a {manifest.Kind} model; eval-det measures detectors.");
        }

        var engine = InferenceEngines.Open(folder, options);
        var detector = new MainBodyDetector(engine, manifest);
        var found = new ShiTu.Inference.Detection.Detection[Most];
        var keep = new DetectionOptions { ScoreThreshold = Floor, IouThreshold = Suppression, MaxDetections = Most };
        var opened = new Detectors(manifest.Name)
        {
            Detect = picture =>
            {
                var count = detector.Detect(picture, keep, found);
                return [.. found.Take(count).Select(d => new ScoredBox(new Box(d.X1, d.Y1, d.X2, d.Y2), d.Score))];
            },
        };
        opened._owned.AddRange([detector, engine]);
        return opened;
    }

    /// <summary>Opens a PicoDet in ONNX without post-processing.</summary>
    public static Detectors OpenOnnx(string path, int threads)
    {
        var teacher = new BoxTeacher(path, threads == 0 ? Environment.ProcessorCount : threads);
        var opened = new Detectors(Path.GetFileNameWithoutExtension(path)) { Detect = picture => teacher.Detect(picture, Floor, Most) };
        opened._owned.Add(teacher);
        return opened;
    }

    public void Dispose() => _owned.ForEach(item => item.Dispose());
}
