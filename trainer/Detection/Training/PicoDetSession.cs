using Microsoft.ML.OnnxRuntime;
using ShiTu.Trainer.Detection.Assignment;
using ShiTu.Trainer.Detection.Networks;
using ShiTu.Trainer.Distillation;

namespace ShiTu.Trainer.Detection.Training;

/// <summary>
/// A PicoDet in ONNX without post-processing, one picture a call. Its outputs a level are [1,n,classes] scores after sigmoid and [1,n,32]
/// distances before softmax.
/// </summary>
internal sealed class PicoDetSession : IDisposable
{
    /// <summary>Levels, and so outputs of each kind.</summary>
    public const int Levels = 4;

    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string[] _outputs;

    public PicoDetSession(string path, int threads)
    {
        if (!File.Exists(path))
        {
            throw new TeacherException($"Teacher {path} does not exist.");
        }

        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new InferenceSession(path, options);
        var input = _session.InputMetadata.Values.First().Dimensions;
        Priors = new Priors(input[2], input[3]);
        var sides = Ordered(sides: true);
        var scores = Ordered(sides: false);
        if (sides.Length != Levels || scores.Length != Levels)
        {
            throw new TeacherException($"Teacher {path} is no PicoDet without post-processing: it needs four outputs [1,n,32] and four of scores.");
        }

        _outputs = [.. scores, .. sides];
    }

    /// <summary>Its cells, and its input's size.</summary>
    public Priors Priors { get; }

    /// <summary>Scores of the four levels, then distances of the four levels.</summary>
    /// <param name="planes">[3, height, width], normalised.</param>
    public IDisposableReadOnlyCollection<OrtValue> Run(Memory<float> planes)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, planes, [1, 3, Priors.Height, Priors.Width]);
        return _session.Run(_run, [_session.InputNames[0]], [input], _outputs);
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private string[] Ordered(bool sides) =>
        [.. _session.OutputMetadata.Where(o => (o.Value.Dimensions[^1] == 4 * DetectorShape.Bins) == sides).OrderByDescending(o => o.Value.Dimensions[^2]).Select(o => o.Key)];
}
