using System.Diagnostics;
using System.Globalization;
using ShiTu.TestKit;
using ShiTu.Trainer.Training;
using SkiaSharp;
using Xunit;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Tests.Ranks;

/// <summary>Real processes under Open MPI's mpirun.</summary>
public sealed class DataParallelTests : IDisposable
{
    // An untrained network's batch norms multiply rounding errors, in one process on another number of threads too: in single precision on whole embeddings only
    // the last block learns here, to the wider tolerance; where each block learns by itself, all do, to the narrow one. Double precision shows the arithmetic
    // itself: the whole network learns, and nothing is seen in the five decimals of metrics.csv, nor in the weights. It does so without branches: where the weight of
    // a 1x1 depthwise branch starts near 0, its gradient is thousands of times the others', and SGD carries any rounding into the losses within ten steps.
    private const string Labels = """{ "name": "labels", "steps": 20, "sizes": [32, 48], "batch": 8, "per_class": 2, "freeze": 12, "average": 0.99, "optimizer": { "kind": "Sgd", "rate": 0.002 } }""";
    private const string Double = """ "precision": "double", "network": { "branches": false }, """;
    private const double Exact = 1.01e-5;
    private const double Narrow = 1e-4;
    private const double Wide = 5e-4;
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "shitu-train.dll");
    private readonly string _folder = Directory.CreateTempSubdirectory("train ranks").FullName;

    public DataParallelTests()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "mpirun"))), "mpirun is not installed (Debian: openmpi-bin).");
        var random = new Random(1);
        for (var i = 0; i < 24; i++)
        {
            using var bitmap = new SKBitmap(48, 48);
            for (var y = 0; y < 48; y++)
            {
                for (var x = 0; x < 48; x++) bitmap.SetPixel(x, y, new SKColor((byte)random.Next(256), (byte)((i % 4 * 60) + random.Next(60)), (byte)(x * y)));
            }

            var label = Directory.CreateDirectory(Path.Combine(_folder, "pictures", $"label {i % 4}"));
            using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(Path.Combine(label.FullName, $"{i}.png"), data.ToArray());
        }
    }

    private static string Teacher => $"\"teacher\": \"{Directory.GetFiles(TestFiles.Shared("reference/teacher-mobilenetv1"), "*.onnx").Single()}\",";

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Trait("Speed", "slow")]
    public void Two_ranks_at_half_the_batch_give_the_losses_of_one() => AssertSame(Labels, "", Wide);

    [Fact]
    [Trait("Speed", "slow")]
    public void Two_ranks_give_the_losses_of_one_where_a_teacher_has_its_word() => AssertSame(
        """{ "name": "joint", "steps": 20, "sizes": [64], "batch": 4, "per_class": 2, "unlabelled": 4, "accumulate": 2, "teacher_cosine": 1, "teacher_relation": 1, "center_teacher": false, "freeze": 12, "optimizer": { "kind": "Sgd", "rate": 0.002 } }""",
        Teacher,
        Wide);

    [Fact]
    [Trait("Speed", "slow")]
    public void Two_ranks_give_the_losses_of_one_where_every_block_learns_by_itself() => AssertSame(
        """{ "name": "blocks", "kind": "Blockwise", "steps": 20, "sizes": [64], "batch": 6, "statistics_batches": 2, "optimizer": { "kind": "Sgd", "rate": 0.02 } }""",
        Teacher,
        Narrow);

    [Theory]
    [Trait("Speed", "slow")]
    [InlineData("Sgd", 0.002)]
    [InlineData("AdamW", 0.0005)]
    public void In_double_precision_two_ranks_train_the_whole_network_as_one_does(string optimizer, double rate) => AssertSameInDoublePrecision(
        $$"""{ "name": "labels", "steps": 20, "sizes": [32, 48], "batch": 8, "per_class": 2, "average": 0.99, "optimizer": { "kind": "{{optimizer}}", "rate": {{rate.ToString(CultureInfo.InvariantCulture)}}, "clip": 10 } }""",
        "");

    [Fact]
    [Trait("Speed", "slow")]
    public void In_double_precision_two_ranks_train_the_whole_network_as_one_does_where_a_teacher_has_its_word() => AssertSameInDoublePrecision(
        """{ "name": "joint", "steps": 20, "sizes": [32], "batch": 4, "per_class": 2, "unlabelled": 4, "accumulate": 2, "teacher_cosine": 1, "teacher_relation": 1, "center_teacher": false, "optimizer": { "kind": "AdamW", "rate": 0.0005 } }""",
        Teacher);

    [Fact]
    [Trait("Speed", "slow")]
    public void A_batch_that_is_not_shared_evenly_ends_all_ranks_with_the_reason()
    {
        var (code, said) = Train(3, "uneven", Labels, "");
        Assert.NotEqual(0, code);
        Assert.Contains("8 pictures a step are not shared evenly by 3 ranks", said, StringComparison.Ordinal);
    }

    private void AssertSameInDoublePrecision(string stages, string settings)
    {
        AssertSame(stages, Double + settings, Exact);
        var (one, two) = (Checkpoint.Read(Path.Combine(_folder, "one", "final.ckpt")), Checkpoint.Read(Path.Combine(_folder, "two", "final.ckpt")));
        using var scope = NewDisposeScope();
        foreach (var (name, shape) in one.Header.Tensors)
        {
            var (own, other) = (zeros([.. shape]), zeros([.. shape]));
            Assert.Empty(one.CopyTo([(name, own)]));
            Assert.Empty(two.CopyTo([(name, other)]));
            Assert.True((own - other).abs().max().item<float>() <= 2e-6, name);
        }
    }

    private void AssertSame(string stages, string settings, double tolerance)
    {
        var (code, said) = Train(1, "one", stages, settings);
        Assert.True(code == 0, said);
        (code, said) = Train(2, "two", stages, settings);
        Assert.True(code == 0, said);
        Assert.Single(said.Split('\n'), line => line.Contains("final.ckpt: tensors", StringComparison.Ordinal));
        var (one, two) = (MetricsFile.Read(Path.Combine(_folder, "one", MetricsFile.Name)), MetricsFile.Read(Path.Combine(_folder, "two", MetricsFile.Name)));
        Assert.Equal(one.Count, two.Count);
        Assert.Equal(20, one.Count);
        foreach (var (a, b) in one.Zip(two))
        {
            Assert.Equal((a.Stage, a.Step), (b.Stage, b.Step));
            Assert.Equal(a.Terms.Select(term => term.Name), b.Terms.Select(term => term.Name));
            foreach (var (own, other) in a.Terms.Zip(b.Terms)) Assert.True(Math.Abs(own.Value - other.Value) <= tolerance, $"{a.Stage} {a.Step}: {own} beside {other}");
        }

        Assert.NotEqual(one[0].Terms[^1].Value, one[^1].Terms[^1].Value);
        var (first, second) = (Checkpoint.Read(Path.Combine(_folder, "one", "final.ckpt")).Header, Checkpoint.Read(Path.Combine(_folder, "two", "final.ckpt")).Header);
        Assert.Equal(first.Done.Select(stage => (stage.Name, stage.Steps, stage.Pictures)), second.Done.Select(stage => (stage.Name, stage.Steps, stage.Pictures)));
    }

    private (int Code, string Said) Train(int ranks, string name, string stages, string settings)
    {
        var recipe = Path.Combine(_folder, name + ".json");
        File.WriteAllText(recipe, $$"""
            { "name": "small", "seed": 1, "threads": 1, {{settings}}
              "sources": [ { "name": "goods", "kind": "Folders", "path": "pictures", "side": 48, "classes": true, "unlabelled": true } ],
              "stages": [ {{stages}} ] }
            """);
        string[] train = ["dotnet", Program, "train", recipe, "--out", Path.Combine(_folder, name)];
        string[] command = ranks == 1 ? train : ["mpirun", "-n", $"{ranks}", "--oversubscribe", "--bind-to", "none", .. train];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true };
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said);
    }
}
