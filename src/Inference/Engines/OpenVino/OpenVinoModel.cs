using System.Globalization;
using System.Runtime.InteropServices;
using ShiTu.Inference.Engines.OnnxRuntime;
using ShiTu.Inference.Ir;

namespace ShiTu.Inference.Engines.OpenVino;

/// <summary>A model compiled for one batch size.</summary>
internal sealed class OpenVinoModel : IDisposable
{
    private const string Device = "CPU";
    private const string PrecisionKey = "INFERENCE_PRECISION_HINT";

    private readonly CompiledModelHandle _compiled;
    private readonly string _file;
    private readonly Port[] _inputs;
    private readonly Port[] _outputs;

    private OpenVinoModel(CompiledModelHandle compiled, string file, Port[] inputs, Port[] outputs)
    {
        (_compiled, _file, _inputs, _outputs) = (compiled, file, inputs, outputs);
        Precision = ReadPrecision(compiled);
    }

    /// <summary><c>f32</c> or <c>bf16</c>: what OpenVINO chose, or was told.</summary>
    public string Precision { get; }

    /// <exception cref="InferenceException">OpenVINO does not take the model at this batch.</exception>
    public static OpenVinoModel Compile(CoreHandle core, IrGraph graph, int batch, EngineOptions options)
    {
        OvCore.ReadModel(core, graph.File, Path.ChangeExtension(graph.File, ".bin"), out var model).Check($"read {graph.File}");
        using (model)
        {
            var inputs = Inputs(model, graph, batch);
            Reshape(model, inputs, $"set {graph.File} to a batch of {batch}");
            var outputs = Outputs(model, graph);
            CompileModel(core, model, options, out var compiled).Check($"compile {graph.File} for a batch of {batch}");
            return new OpenVinoModel(compiled, graph.File, inputs, outputs);
        }
    }

    public OpenVinoRequest CreateRequest()
    {
        OvCompiledModel.CreateRequest(_compiled, out var request).Check($"make a request of {_file}");
        return new OpenVinoRequest(request, _file, _inputs, _outputs);
    }

    public void Dispose() => _compiled.Dispose();

    /// <summary>The model's inputs in the order of the file, each with OpenVINO's own number for it.</summary>
    private static Port[] Inputs(ModelHandle model, IrGraph graph, int batch)
    {
        OvModel.InputCount(model, out var count).Check($"read {graph.File}");
        var names = Names(count, i => OvModel.InputAt(model, i, out var port).Opened(port));
        return [.. graph.Parameters.Select((node, i) => new Port(IndexOf(names, IrGraph.NameOf(node), i), new TensorDescription(IrGraph.NameOf(node), OnnxTranslation.ShapeOf(graph, node, batch))))];
    }

    private static Port[] Outputs(ModelHandle model, IrGraph graph)
    {
        OvModel.OutputCount(model, out var count).Check($"read {graph.File}");
        var names = Names(count, i => OvModel.OutputAt(model, i, out var port).Opened(port));
        return [.. graph.Results.Select((node, i) =>
        {
            var index = IndexOf(names, IrGraph.NameOf(node), i);
            using var port = OvModel.OutputAt(model, (nuint)index, out var opened).Opened(opened);
            return new Port(index, new TensorDescription(IrGraph.NameOf(node), Shape(port)));
        })];
    }

    // A port may carry several names, of which OpenVINO gives any: where ours is not among them, both orders are the file's.
    private static int IndexOf(string[] names, string name, int position) => Array.IndexOf(names, name) is >= 0 and var index ? index : position;

    private static string[] Names(nuint count, Func<nuint, PortHandle> open)
    {
        var names = new string[count];
        for (nuint i = 0; i < count; i++)
        {
            using var port = open(i);

            // A tensor without a name is an error for OpenVINO, and no name for us.
            if (OvNode.GetAnyName(port, out var name).Code != 0)
            {
                names[i] = "";
                continue;
            }

            names[i] = Marshal.PtrToStringUTF8(name) ?? "";
            OvCommon.Free(name);
        }

        return names;
    }

    private static unsafe int[] Shape(PortHandle port)
    {
        OvNode.GetShape(port, out var shape).Check("say the shape of an output");
        int[] sides = [.. new Span<long>(shape.Dims, checked((int)shape.Rank)).ToArray().Select(side => checked((int)side))];
        _ = OvNode.FreeShape(ref shape);
        return sides;
    }

    private static unsafe void Reshape(ModelHandle model, Port[] inputs, string what)
    {
        var dimensions = inputs.SelectMany(input => input.Tensor.Shape).Select(side => OvDimension.Fixed(side)).ToArray();
        var shapes = new OvPartialShape[inputs.Length];
        var ports = Array.ConvertAll(inputs, input => (nuint)input.Index);
        fixed (OvDimension* all = dimensions)
        fixed (OvPartialShape* first = shapes)
        fixed (nuint* numbers = ports)
        {
            var next = all;
            for (var i = 0; i < inputs.Length; i++)
            {
                var rank = inputs[i].Tensor.Shape.Length;
                shapes[i] = new OvPartialShape { Rank = OvDimension.Fixed(rank), Dims = next };
                next += rank;
            }

            OvModel.Reshape(model, numbers, first, (nuint)inputs.Length).Check(what);
        }
    }

    private static OvStatus CompileModel(CoreHandle core, ModelHandle model, EngineOptions options, out CompiledModelHandle compiled)
    {
        List<(string Key, string Value)> properties =
        [
            ("PERFORMANCE_HINT", "LATENCY"),
            ("NUM_STREAMS", "1"),
            ("INFERENCE_NUM_THREADS", options.ThreadsOrCores.ToString(CultureInfo.InvariantCulture)),
        ];
        if (options.Precision != "auto") properties.Add((PrecisionKey, options.Precision));
        if (options.CacheDirectory.Length > 0) properties.Add(("CACHE_DIR", options.CacheDirectory));
        (string? Key, string? Value) At(int index) => index < properties.Count ? properties[index] : (null, null);
        return OvCore.CompileModel(core, model, Device, 2 * (nuint)properties.Count, out compiled,
            At(0).Key, At(0).Value, At(1).Key, At(1).Value, At(2).Key, At(2).Value, At(3).Key, At(3).Value, At(4).Key, At(4).Value);
    }

    private static string ReadPrecision(CompiledModelHandle compiled)
    {
        OvCompiledModel.GetProperty(compiled, PrecisionKey, out var value).Check("say its precision");
        var precision = Marshal.PtrToStringUTF8(value) ?? "";
        OvCommon.Free(value);
        return precision is "f32" or "" ? "f32" : precision;
    }

    /// <summary>An input or output: OpenVINO's number and what it holds.</summary>
    internal readonly record struct Port(int Index, TensorDescription Tensor);
}
