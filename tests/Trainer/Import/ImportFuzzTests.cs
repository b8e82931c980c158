using ShiTu.TestKit.Fuzzing;
using ShiTu.Trainer.Import;
using ShiTu.Trainer.Import.Pickle;
using ShiTu.Trainer.Import.Program;
using Xunit;

namespace ShiTu.Trainer.Tests.Import;

/// <summary>Foreign files under a rain of changed bytes: taken, or refused with the importer's own error.</summary>
public sealed class ImportFuzzTests
{
    [Fact]
    public void A_changed_checkpoint_is_read_or_refused() => Pickles().Run(20_000, seed: 1);

    [Fact]
    [Trait("Speed", "slow")]
    public void A_million_changed_checkpoints_are_read_or_refused() => Pickles().Run(1_000_000, seed: 2);

    [Fact]
    public void A_changed_program_is_read_or_refused() => Programs().Run(20_000, seed: 3);

    [Fact]
    [Trait("Speed", "slow")]
    public void A_million_changed_programs_are_read_or_refused() => Programs().Run(1_000_000, seed: 4);

    private static FuzzTarget Pickles()
    {
        var checkpoint = new PickleWriter().Add("}q\0(").Text("w").Array([2, 3], new float[6]).Text("StructuredToParameterName@@").Add("}").Text("w").Text("conv2d_0.w_0").Add("su.");
        var information = new PickleWriter().Add("}(").Text("conv2d_0.w_0").Add("}").Text("structured_name").Text("w").Add("su.");
        return new FuzzTarget(bytes => PickleReader.Read(bytes, "fuzz"), error => error is ImportException, [checkpoint.Bytes, information.Bytes],
            "cos\nsystem\n", "cnumpy\nndarray\n", "cnumpy.core.multiarray\n_reconstruct\n", "\u0094", "R", "b", "tb", "(", "\u0095");
    }

    private static FuzzTarget Programs()
    {
        // A block with a weight [2,3] and an operator with an attribute of each kind of field.
        byte[] variable = Message(3, [.. Message(1, "w"u8), .. Message(2, [8, 7, .. Message(3, Message(1, [8, 5, 16, 2, 16, 3]))]), 24, 1]);
        byte[] attributes = [.. Message(4, [.. Message(1, "a"u8), 16, 1, 0x25, 0, 0, 128, 63]), .. Message(4, [.. Message(1, "b"u8), 16, 3, 48, 1, 48, 2]), .. Message(4, [.. Message(1, "c"u8), 16, 2, .. Message(5, "EXPLICIT"u8)])];
        byte[] operation = Message(4, [.. Message(1, [.. Message(1, "X"u8), .. Message(2, "w"u8)]), .. Message(2, [.. Message(1, "Out"u8), .. Message(2, "y"u8)]), .. Message(3, "relu"u8), .. attributes]);
        return new FuzzTarget(bytes => ProgramReader.Parse(bytes, "fuzz"), error => error is ImportException, [[.. Message(1, [8, 0, .. variable, .. operation]), .. Message(4, [8, 0])]], "relu", "conv2d", "op_callstack");
    }

    private static byte[] Message(int field, ReadOnlySpan<byte> content) => [(byte)((field << 3) | 2), (byte)content.Length, .. content];
}
