using System.Text;
using ShiTu.Inference.Engines.OnnxRuntime;
using ShiTu.Inference.Ir;
using ShiTu.Inference.Models;
using ShiTu.TestKit;
using ShiTu.TestKit.Fuzzing;
using Xunit;

namespace ShiTu.Inference.Tests.Ir;

public sealed class IrFuzzTests : IDisposable
{
    private readonly IrFiles _files = new();
    private readonly string _folder = TestFiles.CreateScratchFolder();

    public void Dispose()
    {
        _files.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Changed_models_are_read_and_translated_or_refused() => Models().Run(5000, 1);

    [Fact]
    [Trait("Speed", "slow")]
    public void A_million_changed_models_are_read_and_translated_or_refused() => Models().Run(1_000_000, 2);

    private FuzzTarget Models()
    {
        var weights = new byte[4096];
        string[] corpus =
        [
            Written(_files.Operator("Convolution", "opset1", "strides=\"1,1\" dilations=\"1,1\" pads_begin=\"0,0\" pads_end=\"0,0\" auto_pad=\"explicit\"", [1, 2, 4, 4], [1, 3, 3, 3], ([3, 2, 2, 2], "f32", new byte[96]))),
            Written(_files.Operator("Reshape", "opset1", "special_zero=\"true\"", [1, 2, 4, 4], [1, 32], ([2], "i64", new byte[16]))),
            Written(_files.Operator("ReLU", "opset1", "", [1, 2, 2, 2])),
            Written(_files.Operator("FakeQuantize", "opset1", "levels=\"256\"", [1, 2, 2, 2], [1, 2, 2, 2], ([1], "f16", new byte[2]), ([1], "f32", new byte[4]), ([1], "f32", new byte[4]), ([1], "f32", new byte[4]))),
            """
            <net name="old" version="6"><layers><layer id="0" name="in" type="Input" precision="FP32"><output><port id="0"><dim>1</dim><dim>2</dim><dim>4</dim><dim>4</dim></port></output></layer>
            <layer id="1" name="conv" type="Convolution" precision="FP16"><data kernel="2,2" output="4" group="2" strides="1,1"/><input><port id="0"><dim>1</dim></port></input><output><port id="1"><dim>1</dim><dim>4</dim><dim>3</dim><dim>3</dim></port></output><blobs><weights offset="0" size="32"/><biases offset="32" size="8"/></blobs></layer>
            <layer id="2" name="pool" type="Pooling" precision="FP32"><data kernel="2,2" pool-method="avg" strides="1,1"/><input><port id="0"/></input><output><port id="1"><dim>1</dim><dim>4</dim><dim>2</dim><dim>2</dim></port></output></layer></layers>
            <edges><edge from-layer="0" from-port="0" to-layer="1" to-port="0"/><edge from-layer="1" from-port="1" to-layer="2" to-port="0"/></edges></net>
            """,
        ];
        var file = Path.Combine(_folder, "model.xml");
        File.WriteAllBytes(Path.ChangeExtension(file, ".bin"), weights);
        return new FuzzTarget(
            bytes =>
            {
                File.WriteAllBytes(file, bytes);
                OnnxTranslation.Translate(IrReader.Read(file), 2);
            },
            error => error is ModelException,
            corpus.Select(Encoding.UTF8.GetBytes),
            "<layer", "</layer>", "<dim>", "</dim>", "<port id=\"0\">", "<port id=\"0\"/>", "<input>", "</input>", "<output>", "<data ", "/>", "type=\"Const\"", "type=\"Parameter\"", "type=\"Result\"", "type=\"Add\"",
            "type=\"Transpose\"", "type=\"Concat\"", "type=\"Interpolate\"", "type=\"MaxPool\"", "type=\"AvgPool\"", "type=\"ScaleShift\"", "type=\"PReLU\"", "type=\"Pooling\"", "type=\"Convolution\"",
            "type=\"GroupConvolution\"", "type=\"MatMul\"", "type=\"Split\"", "type=\"Clamp\"", "type=\"Gather\"", "type=\"StridedSlice\"", "type=\"Squeeze\"", "type=\"Unsqueeze\"", "axis=\"", "kernel=\"", "opset4",
            "65536,65536,65536,65536,65536", "-1", "2147483647", "version=\"6\"", "version=\"10\"", "FP16", "f16", "i64", "u8", "boolean", "&amp;", "&#0;", "&lt;", "<![CDATA[", "]]>", "<!--", "<?xml version=\"1.0\" encoding=\"utf-16\"?>",
            "<?xml version=\"1.0\" encoding=\"x\"?>", ",", "\\,", "offset=\"", "size=\"")
        {
            MostBytes = 4096,
            MostAllocated = 16 << 20,
        };
    }

    private static string Written(string file) => File.ReadAllText(file);
}
