using System.Buffers.Binary;
using ShiTu.TestKit;
using ShiTu.Trainer.Import;
using ShiTu.Trainer.Import.Pickle;
using ShiTu.Trainer.Import.Program;
using Xunit;

namespace ShiTu.Trainer.Tests.Import;

/// <summary>Damaged and malicious files: each refused with file, offset and reason, and nothing executed.</summary>
public sealed class RefusedFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("import").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_pickle_that_would_run_a_command_is_refused_by_name()
    {
        var marker = Path.Combine(_folder, "executed");
        var error = Refused(Pickle(b => b.Add("cos\nsystem\n").Text($"touch {marker}").Add("\x85R.")));
        Assert.Contains("os.system", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(marker));
    }

    [Theory]
    [InlineData("cnumpy.core.multiarray\nscalar\n.", "numpy.core.multiarray.scalar")]
    [InlineData("cbuiltins\neval\n.", "builtins.eval")]
    [InlineData("\u0093.", "empty stack")]
    [InlineData("h\x05.", "never stored")]
    [InlineData("P1\n.", "opcode 0x50")]
    [InlineData("K", "the file ends")]
    [InlineData("e.", "no mark")]
    [InlineData("}X\x01\0\0\0aNsX\x01\0\0\0aNs", "is there twice")]
    public void A_pickle_outside_the_subset_is_refused_with_offset_and_reason(string text, string reason)
    {
        var error = Refused(Pickle(b => b.Add(text)));
        Assert.Contains("offset", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_array_whose_data_is_shorter_than_its_shape_is_refused()
    {
        var error = Refused(Pickle(b => b.Add("}").Text("w").Array([2, 3], 20).Add("s.")));
        Assert.Contains("20 bytes do not fill the shape [2,3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_array_of_the_right_size_is_read()
    {
        var path = Write(Pickle(b => b.Add("}").Text("w").Array([2, 3], 24).Add("s.")));
        var array = Assert.Single(CheckpointReader.ReadArrays(path));
        Assert.Equal("w", array.Name);
        Assert.Equal([2, 3], array.Shape);
    }

    [Fact]
    public void A_weights_file_one_byte_short_or_long_is_refused_with_both_lengths()
    {
        var (program, bytes) = Classifier();
        foreach (var changed in new[] { bytes[..^1], [.. bytes, 0] })
        {
            var error = Assert.Throws<ImportException>(() => ParameterStream.Read(Write(changed), program.Weights));
            Assert.Contains("539978", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Weights_in_another_order_are_refused()
    {
        var (program, bytes) = Classifier();
        var swapped = program.Weights.ToList();
        (swapped[140], swapped[212]) = (swapped[212], swapped[140]);
        var error = Assert.Throws<ImportException>(() => ParameterStream.Read(Write(bytes), swapped));
        Assert.Contains("order", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1, "version 1")]
    [InlineData(4, 255, "lod levels")]
    [InlineData(12, 1, "tensor version 1")]
    public void A_weight_with_a_foreign_header_is_refused(int at, byte value, string reason)
    {
        var (program, bytes) = Classifier();
        bytes[at] = value;
        var error = Assert.Throws<ImportException>(() => ParameterStream.Read(Write(bytes), program.Weights));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_that_is_no_number_is_refused()
    {
        var (program, bytes) = Classifier();
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(24), float.NaN);
        Assert.Contains("finite", Assert.Throws<ImportException>(() => ParameterStream.Read(Write(bytes), program.Weights)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_of_another_element_type_or_of_unknown_size_is_refused()
    {
        var path = Write([1]);
        Assert.Contains("element type", Assert.Throws<ImportException>(() => ParameterStream.Read(path, [new PaddleVariable("w", [2], 4, true)])).Message, StringComparison.Ordinal);
        Assert.Contains("shape", Assert.Throws<ImportException>(() => ParameterStream.Read(path, [new PaddleVariable("w", [-1, 2], 5, true)])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0x0a, 0x7f }, "a length of 127")]
    [InlineData(new byte[] { 0x28, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 }, "varint")]
    [InlineData(new byte[] { 0x0b }, "wire type 3")]
    public void A_damaged_program_is_refused_with_its_offset(byte[] bytes, string reason)
    {
        var error = Assert.Throws<ImportException>(() => ProgramReader.Read(Write(bytes)));
        Assert.Contains("offset", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_cut_anywhere_is_refused_or_incomplete_but_never_crashes()
    {
        var bytes = File.ReadAllBytes(TestFiles.Shared("reference/ppshitu-program-graphs/general_PPLCNetV2_base_pretrained_v1.0_infer/inference.pdmodel"));
        for (var length = 1; length < bytes.Length; length += 40_009)
        {
            Assert.Throws<ImportException>(() => ProgramReader.Read(Write(bytes[..length])));
        }
    }

    private static (PaddleProgram Program, byte[] Bytes) Classifier()
    {
        var root = TestFiles.Shared("reference/paddle-complete-pairs/ch_ppocr_mobile_v2.0_cls_infer");
        return (ProgramReader.Read(Path.Combine(root, "inference.pdmodel")), File.ReadAllBytes(Path.Combine(root, "inference.pdiparams")));
    }

    private ImportException Refused(byte[] bytes) => Assert.Throws<ImportException>(() => CheckpointReader.ReadArrays(Write(bytes)));

    private string Write(byte[] bytes)
    {
        var path = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static byte[] Pickle(Action<PickleWriter> write)
    {
        var writer = new PickleWriter();
        write(writer);
        return writer.Bytes;
    }
}
