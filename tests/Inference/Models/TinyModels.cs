using System.Runtime.InteropServices;
using System.Text;
using ShiTu.Inference.Imaging;
using ShiTu.Inference.Models;

namespace ShiTu.Inference.Tests.Models;

/// <summary>Model folders of a few operators, whose answers can be told by looking at the picture.</summary>
internal static class TinyModels
{
    /// <summary>Input side of the detector, pixels.</summary>
    public const int DetectorSide = 64;

    /// <summary>Strides 8 and 16: a bright cell is sure (0.98), a dark one is not (0.02), and a box reaches one stride to each side of its cell's centre.</summary>
    public static string Detector(string folder, string name = "tiny-mainbody")
    {
        var ir = new TinyIr(1, 3, DetectorSide, DetectorSide);
        foreach (var stride in new[] { 8, 16 })
        {
            var weights = new float[33 * 3 * stride * stride];
            weights.AsSpan(0, 3 * stride * stride).Fill(8f / (3 * stride * stride));
            var bias = new float[33];
            bias[0] = -4;
            for (var side = 0; side < 4; side++)
            {
                bias[1 + (side * 8) + 1] = 30;
            }

            int[] shape = [1, 33, DetectorSide / stride, DetectorSide / stride];
            var convolution = ir.Layer(
                "Convolution",
                $"strides=\"{stride},{stride}\" dilations=\"1,1\" pads_begin=\"0,0\" pads_end=\"0,0\" auto_pad=\"explicit\"",
                shape,
                TinyIr.Input,
                ir.Constant(weights, 33, 3, stride, stride));
            ir.Result($"stride{stride}", ir.Layer("Add", "auto_broadcast=\"numpy\"", shape, convolution, ir.Constant(bias, 1, 33, 1, 1)), shape);
        }

        ir.Write(folder);
        var preparation = new Preparation(DetectorSide, DetectorSide, Interpolation.Nearest, [0, 0, 0], [1, 1, 1]);
        ModelManifest.Write(folder, name, ModelManifest.MainBody, preparation, ["stride8", "stride16"], 0, [8, 16]);
        return folder;
    }

    /// <summary>The embedding is the mean colour: three floats, red, green, blue.</summary>
    public static string Feature(string folder, string name = "tiny-feature", int side = 16)
    {
        var ir = new TinyIr(1, 3, side, side);
        ir.Result("mean", ir.Layer("ReduceMean", "keep_dims=\"false\"", [1, 3], TinyIr.Input, ir.Constant([2, 3])), [1, 3]);
        ir.Write(folder);
        var preparation = new Preparation(side, side, Interpolation.Linear, [0, 0, 0], [1, 1, 1]);
        ModelManifest.Write(folder, name, ModelManifest.FeatureKind, preparation, ["mean"], 3, []);
        return folder;
    }

    /// <summary>Writes OpenVINO IR 11, layer by layer.</summary>
    private sealed class TinyIr
    {
        public const int Input = 0;
        private readonly StringBuilder _layers = new();
        private readonly StringBuilder _edges = new();
        private readonly List<byte> _bin = [];
        private readonly List<int> _outputPorts = [];

        public TinyIr(params int[] inputShape) => Layer("Parameter", $"shape=\"{string.Join(',', inputShape)}\" element_type=\"f32\"", inputShape);

        public int Layer(string type, string data, int[] shape, params int[] inputs) => Layer($"{type}{_outputPorts.Count}", type, data, shape, inputs);

        public int Constant(float[] values, params int[] shape) => Constant("f32", MemoryMarshal.AsBytes(values.AsSpan()), shape);

        public int Constant(long[] values) => Constant("i64", MemoryMarshal.AsBytes(values.AsSpan()), [values.Length]);

        public void Result(string name, int input, int[] shape) => Layer(name, "Result", "", shape, input);

        public void Write(string folder)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "model.xml"), $"<?xml version=\"1.0\"?>\n<net name=\"tiny\" version=\"11\"><layers>{_layers}</layers><edges>{_edges}</edges></net>\n");
            File.WriteAllBytes(Path.Combine(folder, "model.bin"), _bin.ToArray());
        }

        private int Constant(string type, ReadOnlySpan<byte> bytes, int[] shape)
        {
            var offset = _bin.Count;
            _bin.AddRange(bytes);
            return Layer("Const", $"element_type=\"{type}\" shape=\"{string.Join(',', shape)}\" offset=\"{offset}\" size=\"{bytes.Length}\"", shape);
        }

        private int Layer(string name, string type, string data, int[] shape, params int[] inputs)
        {
            var id = _outputPorts.Count;
            var ports = string.Concat(inputs.Select((_, port) => $"<port id=\"{port}\"/>"));
            var dimensions = string.Concat(shape.Select(side => $"<dim>{side}</dim>"));
            _layers.Append($"<layer id=\"{id}\" name=\"{name}\" type=\"{type}\" version=\"opset1\"><data {data}/>");
            _layers.Append(ports.Length == 0 ? "" : $"<input>{ports}</input>");
            _layers.Append(type == "Result" ? "</layer>" : $"<output><port id=\"{inputs.Length}\" precision=\"{(type == "Const" && data.Contains("i64", StringComparison.Ordinal) ? "I64" : "FP32")}\">{dimensions}</port></output></layer>");
            for (var port = 0; port < inputs.Length; port++)
            {
                _edges.Append($"<edge from-layer=\"{inputs[port]}\" from-port=\"{_outputPorts[inputs[port]]}\" to-layer=\"{id}\" to-port=\"{port}\"/>");
            }

            _outputPorts.Add(inputs.Length);
            return id;
        }
    }
}
