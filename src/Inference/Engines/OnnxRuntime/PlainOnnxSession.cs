using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ShiTu.Inference.Ir;
using ShiTu.Inference.Models;

namespace ShiTu.Inference.Engines.OnnxRuntime;

/// <summary>The same graph as anyone would run it with ONNX Runtime: a session, tensors in, new tensors out. Only for comparing; one thread at a time.</summary>
public sealed class PlainOnnxSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly List<OrtValue> _inputs = [];

    /// <summary>Opens the model with the session settings of the bundled engine.</summary>
    /// <param name="path">A model folder, or the path of an OpenVINO IR <c>.xml</c>.</param>
    /// <param name="options">Only the threads count.</param>
    /// <param name="batch">Pictures a call, at least 1.</param>
    /// <exception cref="ModelException">The files are missing or damaged, or an operator is not translated.</exception>
    public PlainOnnxSession(string path, EngineOptions options, int batch)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        var graph = IrReader.Read(Directory.Exists(path) ? Path.Combine(path, "model.xml") : path);
        using var sessionOptions = OnnxSessionOptions.Create(options);
        _session = new InferenceSession(OnnxTranslation.Translate(graph, batch: null), sessionOptions);
        _inputNames = [.. Enumerable.Range(0, graph.Parameters.Count).Select(at => $"in{at}")];
        _outputNames = [.. Enumerable.Range(0, graph.Results.Count).Select(at => $"out{at}")];
        foreach (var parameter in graph.Parameters)
        {
            var shape = Array.ConvertAll(OnnxTranslation.ShapeOf(graph, parameter, batch), side => (long)side);
            _inputs.Add(OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, shape));
        }
    }

    /// <summary>The buffer of input <paramref name="index"/>.</summary>
    public Span<float> Input(int index) => _inputs[index].GetTensorMutableDataAsSpan<float>();

    /// <summary>Runs the model and drops what it gives.</summary>
    public void Run()
    {
        using var outputs = _session.Run(_runOptions, _inputNames, _inputs, _outputNames);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _inputs.ForEach(input => input.Dispose());
        _session.Dispose();
        _runOptions.Dispose();
    }
}
