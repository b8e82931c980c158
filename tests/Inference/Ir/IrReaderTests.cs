using ShiTu.Inference.Engines;
using ShiTu.Inference.Ir;
using ShiTu.Inference.Models;
using ShiTu.TestKit;
using Xunit;

namespace ShiTu.Inference.Tests.Ir;

public sealed class IrReaderTests : IDisposable
{
    private const string Model = "reference/openvino-ir/open-closed-eye-0001/FP32/open-closed-eye-0001";
    private readonly IrFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_missing_file_is_named() => Refused(Path.Combine(Path.GetTempPath(), "no-such-model.xml"), "no-such-model.xml: no such file");

    [Fact]
    public void Truncated_weights_name_the_layer_and_both_sizes()
    {
        var bin = File.ReadAllBytes(TestFiles.Shared(Model + ".bin"));
        Refused(_files.Write(File.ReadAllText(TestFiles.Shared(Model + ".xml")), bin[..^4]), "layer ", "(Const of opset1)", $"which has {bin.Length - 4} bytes", "truncated");
    }

    [Fact]
    public void A_model_without_its_bin_says_so()
    {
        _files.Write(File.ReadAllText(TestFiles.Shared(Model + ".xml")), []);
        File.Delete(_files.Bin);
        Refused(_files.Xml, "missing or empty");
    }

    [Fact]
    public void An_xml_cut_anywhere_is_refused_and_never_crashes()
    {
        var xml = File.ReadAllText(TestFiles.Shared(Model + ".xml"));
        var bin = File.ReadAllBytes(TestFiles.Shared(Model + ".bin"));
        for (var length = 0; length < xml.Length - 10; length += 509) Refused(_files.Write(xml[..length], bin), "model.xml");
    }

    [Theory]
    [InlineData("<net version=\"12\"><layers/></net>", "version 12")]
    [InlineData("<net version=\"11\"><layers/><edges/></net>", "0 inputs")]
    [InlineData("<html/>", "<html>")]
    [InlineData("not xml at all", "not well-formed")]
    [InlineData("<!DOCTYPE net [<!ENTITY a \"b\">]><net version=\"11\"/>", "not well-formed")]
    [InlineData("<net version=\"11\"><layers><layer id=\"0\" type=\"Const\"><data element_type=\"f32\" shape=\"4000000000\" offset=\"0\" size=\"16\"/><output><port id=\"0\"/></output></layer></layers></net>", "shape is \"4000000000\"")]
    [InlineData("<net version=\"11\"><layers><layer id=\"0\" type=\"Const\"><data element_type=\"f32\" shape=\"65536,65536,65536\" offset=\"0\" size=\"16\"/><output><port id=\"0\"/></output></layer></layers></net>", "too large")]
    [InlineData("<net version=\"11\"><layers><layer id=\"0\" type=\"Const\"><data element_type=\"f32\" shape=\"4\" offset=\"-16\" size=\"16\"/><output><port id=\"0\"/></output></layer></layers></net>", "its values lie at -16")]
    [InlineData("<net version=\"11\"><layers><layer id=\"0\" type=\"Const\"><data element_type=\"f32\" shape=\"4\" offset=\"9223372036854775800\" size=\"16\"/><output><port id=\"0\"/></output></layer></layers></net>", "truncated")]
    [InlineData("<net version=\"11\"><layers><layer id=\"0\" type=\"Const\"><data element_type=\"f32\" shape=\"4\" offset=\"0\" size=\"12\"/><output><port id=\"0\"/></output></layer></layers></net>", "needs 16")]
    [InlineData("<net version=\"11\"><layers><layer id=\"0\" type=\"Const\"><data element_type=\"i4\" shape=\"4\" offset=\"0\" size=\"2\"/><output><port id=\"0\"/></output></layer></layers></net>", "\"i4\"")]
    [InlineData("<net version=\"11\"><layers><layer id=\"0\" type=\"A\"><input><port id=\"0\"/></input><output><port id=\"1\"/></output></layer></layers><edges><edge from-layer=\"0\" from-port=\"1\" to-layer=\"0\" to-port=\"0\"/></edges></net>", "circle")]
    [InlineData("<net version=\"11\"><layers><layer id=\"0\" type=\"A\"/><layer id=\"0\" type=\"B\"/></layers></net>", "id occurs twice")]
    [InlineData("<net version=\"11\"><layers><layer id=\"0\" type=\"A\"><input><port id=\"0\"/></input></layer></layers></net>", "not connected")]
    [InlineData("<net version=\"11\"><layers/><edges><edge from-layer=\"1\" from-port=\"1\" to-layer=\"2\" to-port=\"0\"/></edges></net>", "does not exist")]
    [InlineData("<net version=\"6\"><layers><layer id=\"0\" type=\"Convolution\" precision=\"FP32\"><data kernel=\"1,1\" output=\"1\"/><output><port id=\"0\"/></output></layer></layers></net>", "has no inputs")]
    [InlineData("<net version=\"6\"><layers><layer id=\"0\" type=\"Input\"><output><port id=\"0\"/></output></layer><layer id=\"1\" type=\"Convolution\" precision=\"FP32\"><data kernel=\"65536,65536,65536,65536\" output=\"1\"/><input><port id=\"0\"/></input><output><port id=\"1\"/></output><blobs><weights offset=\"0\" size=\"16\"/></blobs></layer></layers><edges><edge from-layer=\"0\" from-port=\"0\" to-layer=\"1\" to-port=\"0\"/></edges></net>", "too large")]
    [InlineData("<net version=\"6\"><layers><layer id=\"0\" type=\"Input\"><output><port id=\"0\"/></output></layer><layer id=\"1\" type=\"PReLU\" precision=\"FP32\"><input><port id=\"0\"/></input><output><port id=\"1\"/></output><blobs><weights offset=\"0\" size=\"4611686018427387904\"/></blobs></layer></layers><edges><edge from-layer=\"0\" from-port=\"0\" to-layer=\"1\" to-port=\"0\"/></edges></net>", "do not divide")]
    public void A_damaged_model_is_refused_with_its_reason(string xml, string reason) => Refused(_files.Write(xml, new byte[16]), "model.xml", reason);

    [Fact]
    public void An_operator_outside_the_table_names_file_layer_and_operator() =>
        Refused(_files.Operator("ROIPooling", "opset2", "", [1, 1, 2, 2]), "model.xml", "layer 9 'op'", "ROIPooling of opset2");

    [Fact]
    public void A_wrong_output_shape_in_the_file_is_refused() =>
        Refused(_files.Operator("ReLU", "opset1", "", [1, 2, 2, 2], [1, 2, 3, 3]), "[1,2,3,3]");

    [Fact]
    public void A_legacy_operator_that_is_not_rewritten_is_named() => Refused(
        _files.Write("<net version=\"6\"><layers><layer id=\"0\" name=\"in\" type=\"Input\" precision=\"FP32\"><output><port id=\"0\"><dim>1</dim><dim>2</dim></port></output></layer><layer id=\"1\" name=\"lrn\" type=\"Norm\" precision=\"FP32\"><input><port id=\"0\"/></input><output><port id=\"1\"><dim>1</dim><dim>2</dim></port></output></layer></layers><edges><edge from-layer=\"0\" from-port=\"0\" to-layer=\"1\" to-port=\"0\"/></edges></net>", []),
        "'lrn' (Norm)", "5 to 7");

    private static void Refused(string xml, params string[] parts)
    {
        var error = Assert.Throws<ModelException>(() =>
        {
            _ = IrReader.Read(xml);
            InferenceEngines.Open(xml, new EngineOptions { Engine = "onnxruntime" }).Dispose();
        });
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }
}
