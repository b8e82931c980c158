using Microsoft.ML.OnnxRuntime;
using ShiTu.Trainer.Data;
using ShiTu.Trainer.Distillation;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Training;

/// <summary>A classifier in ONNX whose activations at strides 4, 8, 16 and 32 the backbone is taught.</summary>
internal sealed class HintTeacher : IDisposable
{
    /// <summary>MobileNetV1's last blocks at strides 4, 8, 16 and (made so by pooling) 32.</summary>
    private static readonly string[] Blocks = ["block2", "block4", "block10", "block12"];

    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();

    public HintTeacher(string path, int threads)
    {
        if (!File.Exists(path))
        {
            throw new TeacherException($"Teacher {path} does not exist.");
        }

        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new InferenceSession(path, options);
        if (Blocks.FirstOrDefault(block => !_session.OutputMetadata.ContainsKey(block)) is { } missing)
        {
            throw new TeacherException($"Teacher {path} has no output \"{missing}\"; it has {string.Join(", ", _session.OutputNames)}.");
        }
    }

    /// <summary>Strides of the four activations.</summary>
    public static IReadOnlyList<int> Strides { get; } = [4, 8, 16, 32];

    /// <summary>Channels of the four activations.</summary>
    public static IReadOnlyList<int> Channels { get; } = [128, 256, 512, 1024];

    /// <summary>Activations of a batch, [n,c,h,w] at strides 4, 8, 16, 32.</summary>
    public Tensor[] Activations(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = NewDisposeScope();
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, batch.Pixels.AsMemory(), [batch.Count, batch.Size, batch.Size, 3]);
        using var results = _session.Run(_run, [_session.InputNames[0]], [input], Blocks);
        var maps = results.Select(TeacherOutput.ToTensor).ToArray();
        maps[3] = nn.functional.avg_pool2d(maps[3], [2, 2]);
        return [.. maps.Select(map => map.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope())];
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }
}
