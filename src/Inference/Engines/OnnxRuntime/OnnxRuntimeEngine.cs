using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using ShiTu.Inference.Ir;
using ShiTu.Inference.Models;

namespace ShiTu.Inference.Engines.OnnxRuntime;

/// <summary>The bundled engine. One session with an open batch dimension serves all batch sizes, so that weights lie in memory once.</summary>
internal sealed class OnnxRuntimeEngine : IInferenceEngine
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly string _file;
    private readonly TensorDescription[] _inputs;
    private readonly TensorDescription[] _outputs;

    private OnnxRuntimeEngine(IrGraph graph, InferenceSession session, int threads, string description)
    {
        (_session, _file, Threads, Description) = (session, graph.File, threads, description);
        _inputs = [.. graph.Parameters.Select(node => new TensorDescription(IrGraph.NameOf(node), OnnxTranslation.ShapeOf(graph, node, -1)))];
        _outputs = new TensorDescription[graph.Results.Count];
        for (var i = 0; i < _outputs.Length; i++)
        {
            var shape = session.OutputMetadata[$"out{i}"].Dimensions;
            var declared = graph.Results[i].Inputs[0].Shape;
            if (!Agree(shape, declared)) throw graph.Results[i].Error($"the file says [{string.Join(',', declared)}], but its operators give [{string.Join(',', shape)}].");
            _outputs[i] = new TensorDescription(IrGraph.NameOf(graph.Results[i]), shape);
        }
    }

    public string Name => "onnxruntime";

    public string Precision => "f32";

    public int Threads { get; }

    public string Description { get; private set; }

    /// <summary>Adds to <see cref="Description"/> why this engine was taken.</summary>
    public void Because(string why) => Description += "; taken because " + why;

    /// <exception cref="ModelException">An operator is not translated.</exception>
    /// <exception cref="InferenceException">ONNX Runtime refuses the model.</exception>
    public static OnnxRuntimeEngine Open(IrGraph graph, EngineOptions options, string why)
    {
        var model = OnnxTranslation.Translate(graph, batch: null);
        var version = OrtEnv.Instance().GetVersionString();
        var description = string.Create(CultureInfo.InvariantCulture, $"onnxruntime {version}, f32, {options.ThreadsOrCores} threads{why}");
        InferenceSession? session = null;
        try
        {
            using var sessionOptions = OnnxSessionOptions.Create(options);
            session = new InferenceSession(model, sessionOptions);
            return new OnnxRuntimeEngine(graph, session, options.ThreadsOrCores, description);
        }
        catch (Exception e)
        {
            session?.Dispose();
            if (e is OnnxRuntimeException) throw new InferenceException($"{graph.File}: ONNX Runtime {version} does not take the translated model: {e.Message}", e);
            throw;
        }
    }

    public IInferenceRequest CreateRequest(int batch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        return new OnnxRuntimeRequest(_session, _runOptions, _file, At(_inputs, batch), At(_outputs, batch));
    }

    public void Dispose()
    {
        _session.Dispose();
        _runOptions.Dispose();
    }

    private TensorDescription[] At(TensorDescription[] tensors, int batch) => Array.ConvertAll(tensors, tensor =>
    {
        if (tensor.Shape is not [-1, ..] && batch != 1)
            throw new InferenceException($"{_file}: \"{tensor.Name}\" has the fixed shape [{string.Join(',', tensor.Shape)}]; this model cannot be run with a batch of {batch}.");
        return new TensorDescription(tensor.Name, [.. tensor.Shape.Select(side => side == -1 ? batch : side)]);
    });

    private static bool Agree(int[] inferred, int[] declared) =>
        inferred.Length == declared.Length && inferred.Zip(declared).All(pair => pair.First == pair.Second || pair.First == -1 || pair.Second == -1);
}
