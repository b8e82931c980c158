using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using ShiTu.Trainer.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Distillation;

/// <summary>
/// A network in ONNX that guides a training. It takes <c>image</c>, u8 [n, h, w, 3] RGB, and gives <c>embedding</c> (or has one output only); for block-wise
/// distillation also <c>block0</c>, <c>block1</c>, … of the shapes of the network's own blocks.
/// </summary>
public sealed class OnnxTeacher : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string _input;
    private readonly string _embedding;

    /// <summary>Loads a teacher.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="threads">Threads it may use.</param>
    /// <exception cref="TeacherException">The file is missing or has no output <c>embedding</c>.</exception>
    public OnnxTeacher(string path, int threads)
    {
        if (!File.Exists(path))
        {
            throw new TeacherException($"Teacher {path} does not exist.");
        }

        Path = path;
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new InferenceSession(path, options);
        _input = _session.InputNames[0];
        Blocks = Enumerable.Range(0, 100).TakeWhile(i => _session.OutputMetadata.ContainsKey($"block{i}")).Count();
        _embedding = _session.OutputNames.Count == 1 ? _session.OutputNames[0] : "embedding";
        if (!_session.OutputMetadata.ContainsKey(_embedding))
        {
            throw new TeacherException($"Teacher {path} has no output named \"embedding\"; it has {string.Join(", ", _session.OutputNames)}.");
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>SHA-256 of the file, lower-case hex.</summary>
    public string Sha256 { get; }

    /// <summary>Outputs named block0, block1, …</summary>
    public int Blocks { get; }

    /// <summary>Embeddings of a batch's pictures from <paramref name="first"/> on, [n, D].</summary>
    public Tensor Embed(Batch batch, int first = 0) => Run(batch, first, [_embedding])[0].flatten(1);

    /// <summary>Activations of every block, each laid out channels-last as the network works.</summary>
    public Tensor[] Activations(Batch batch)
    {
        using var scope = NewDisposeScope();
        return [.. Run(batch, 0, [.. Enumerable.Range(0, Blocks).Select(i => $"block{i}")])
            .Select(block => block.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope())];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private Tensor[] Run(Batch batch, int first, string[] outputs)
    {
        var bytes = batch.Size * batch.Size * 3;
        var count = batch.Count - first;
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, batch.Pixels.AsMemory(first * bytes, count * bytes), [count, batch.Size, batch.Size, 3]);
        using var results = _session.Run(_run, [_input], [input], outputs);
        return [.. results.Select(TeacherOutput.ToTensor)];
    }
}
