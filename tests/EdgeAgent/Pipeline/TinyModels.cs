using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Imaging;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.Tests.Pipeline;

/// <summary>
/// Two real networks of one convolution each. The detector finds bright squares a quarter of the picture wide; the feature model is the mean colour (and a small constant). Small enough that a
/// thousand frames take no time, true enough that boxes, crops, batches and search are the product's own.
/// </summary>
internal sealed class TinyModels : IDisposable
{
    private const int DetectorSide = 128;
    private const int Window = 32;
    private const int Stride = 16;
    private const int FeatureSide = 16;
    private const int Dimension = 4;
    private readonly string _folder = Directory.CreateTempSubdirectory("shitu-tiny-").FullName;

    /// <summary>Makes them.</summary>
    /// <param name="rotation">Which float of an embedding red is: another one is another feature model.</param>
    /// <param name="blindness">How much less sure the detector is of everything.</param>
    public TinyModels(int rotation = 0, float blindness = 0)
    {
        DetectorFolder = WriteModel("mainbody", DetectorSide, "map", ClassWeights(), Bias(blindness), 33, Window, Stride, (Window - Stride) / 2, DetectorSide / Stride, squeeze: false);
        ModelManifest.Write(DetectorFolder, "tiny-mainbody", ModelManifest.MainBody, Preparation(DetectorSide), ["map"], 0, [Stride]);
        FeatureFolder = WriteModel("feature", FeatureSide, "embedding", ColourWeights(rotation), [0, 0, 0, 0.1f], Dimension, FeatureSide, 1, 0, 1, squeeze: true);
        ModelManifest.Write(FeatureFolder, "tiny-feature", ModelManifest.FeatureKind, Preparation(FeatureSide), ["embedding"], Dimension, []);
        ModelSelfTest.Record(FeatureFolder);
        Set = ModelSet.Load(DetectorFolder, FeatureFolder, new EngineOptions { Engine = "onnxruntime", Threads = 1 });
    }

    public string DetectorFolder { get; }

    public string FeatureFolder { get; }

    public ModelSet Set { get; }

    public void Dispose()
    {
        Set.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static Preparation Preparation(int side) => new(side, side, Interpolation.Linear, [0, 0, 0], [1, 1, 1]);

    // Class logit 20 * (mean over the window of red + green + blue) - 14: all of the window bright gives 6, three quarters 1, nothing -14.
    private static float[] ClassWeights()
    {
        var weights = new float[33 * 3 * Window * Window];
        weights.AsSpan(0, 3 * Window * Window).Fill(20f / (Window * Window));
        return weights;
    }

    // Each side one bin away: a box of twice the stride around the centre of the cell.
    private static float[] Bias(float blindness)
    {
        var bias = new float[33];
        bias[0] = -14 - blindness;
        for (var side = 0; side < 4; side++)
        {
            bias[1 + (8 * side) + 1] = 30;
        }

        return bias;
    }

    private static float[] ColourWeights(int rotation)
    {
        var weights = new float[Dimension * 3 * FeatureSide * FeatureSide];
        for (var channel = 0; channel < 3; channel++)
        {
            weights.AsSpan(((((channel + rotation) % 3) * 3) + channel) * FeatureSide * FeatureSide, FeatureSide * FeatureSide).Fill(1f / (FeatureSide * FeatureSide));
        }

        return weights;
    }

    private string WriteModel(string name, int side, string output, float[] weights, float[] bias, int channels, int kernel, int stride, int pad, int grid, bool squeeze)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        using (var file = File.Create(Path.Combine(folder, "model.bin")))
        {
            file.Write(MemoryMarshal.AsBytes(weights.AsSpan()));
            file.Write(MemoryMarshal.AsBytes(bias.AsSpan()));
            file.Write(MemoryMarshal.AsBytes<long>([2, 3]));
        }

        var map = $"{Dim(1)}{Dim(channels)}{Dim(grid)}{Dim(grid)}";
        var xml = new StringBuilder($"<net name=\"{name}\" version=\"11\"><layers>");
        xml.Append(Culture, $"<layer id=\"0\" name=\"image\" type=\"Parameter\" version=\"opset1\"><data shape=\"1,3,{side},{side}\" element_type=\"f32\"/>{Out(0, $"{Dim(1)}{Dim(3)}{Dim(side)}{Dim(side)}", "image")}</layer>");
        xml.Append(Const(1, "f32", $"{channels},3,{kernel},{kernel}", 0, weights.Length * 4));
        xml.Append(Culture, $"<layer id=\"2\" name=\"conv\" type=\"Convolution\" version=\"opset1\"><data strides=\"{stride},{stride}\" dilations=\"1,1\" pads_begin=\"{pad},{pad}\" pads_end=\"{pad},{pad}\" auto_pad=\"explicit\"/><input><port id=\"0\">{Dim(1)}{Dim(3)}{Dim(side)}{Dim(side)}</port><port id=\"1\">{Dim(channels)}{Dim(3)}{Dim(kernel)}{Dim(kernel)}</port></input>{Out(2, map, "")}</layer>");
        xml.Append(Const(3, "f32", $"1,{channels},1,1", weights.Length * 4, bias.Length * 4));
        xml.Append(Culture, $"<layer id=\"4\" name=\"add\" type=\"Add\" version=\"opset1\"><data auto_broadcast=\"numpy\"/><input><port id=\"0\">{map}</port><port id=\"1\">{Dim(1)}{Dim(channels)}{Dim(1)}{Dim(1)}</port></input>{Out(2, map, squeeze ? "" : output)}</layer>");
        var edges = "<edge from-layer=\"0\" from-port=\"0\" to-layer=\"2\" to-port=\"0\"/><edge from-layer=\"1\" from-port=\"0\" to-layer=\"2\" to-port=\"1\"/><edge from-layer=\"2\" from-port=\"2\" to-layer=\"4\" to-port=\"0\"/><edge from-layer=\"3\" from-port=\"0\" to-layer=\"4\" to-port=\"1\"/>";
        if (squeeze)
        {
            xml.Append(Const(5, "i64", "2", (weights.Length + bias.Length) * 4, 16));
            xml.Append(Culture, $"<layer id=\"6\" name=\"squeeze\" type=\"Squeeze\" version=\"opset1\"><input><port id=\"0\">{map}</port><port id=\"1\">{Dim(2)}</port></input>{Out(2, $"{Dim(1)}{Dim(channels)}", output)}</layer>");
            edges += "<edge from-layer=\"4\" from-port=\"2\" to-layer=\"6\" to-port=\"0\"/><edge from-layer=\"5\" from-port=\"0\" to-layer=\"6\" to-port=\"1\"/>";
        }

        var last = squeeze ? 6 : 4;
        xml.Append(Culture, $"<layer id=\"7\" name=\"{output}/result\" type=\"Result\" version=\"opset1\"><input><port id=\"0\">{(squeeze ? $"{Dim(1)}{Dim(channels)}" : map)}</port></input></layer></layers>");
        xml.Append(Culture, $"<edges>{edges}<edge from-layer=\"{last}\" from-port=\"2\" to-layer=\"7\" to-port=\"0\"/></edges></net>");
        File.WriteAllText(Path.Combine(folder, "model.xml"), xml.ToString());
        return folder;
    }

    private static CultureInfo Culture => CultureInfo.InvariantCulture;

    private static string Dim(int size) => $"<dim>{size}</dim>";

    private static string Out(int port, string dims, string name) =>
        $"<output><port id=\"{port}\" precision=\"FP32\"{(name.Length > 0 ? $" names=\"{name}\"" : "")}>{dims}</port></output>";

    private static string Const(int id, string type, string shape, int offset, int size) =>
        $"<layer id=\"{id}\" name=\"const{id}\" type=\"Const\" version=\"opset1\"><data element_type=\"{type}\" shape=\"{shape}\" offset=\"{offset}\" size=\"{size}\"/><output><port id=\"0\" precision=\"{(type == "f32" ? "FP32" : "I64")}\">{string.Concat(shape.Split(',').Select(side => $"<dim>{side}</dim>"))}</port></output></layer>";
}
