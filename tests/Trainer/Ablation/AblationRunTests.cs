using System.Globalization;
using ShiTu.Trainer.Ablation;
using ShiTu.Trainer.Training;
using SkiaSharp;
using Xunit;

namespace ShiTu.Trainer.Tests.Ablation;

public sealed class AblationRunTests : IDisposable
{
    private const string Recipe = """
        {
          "name": "small", "threads": 1, "network": { "branches": false },
          "sources": [ { "name": "goods", "kind": "Folders", "path": "pictures", "side": 40, "classes": true } ],
          "evaluation": { "gallery": "all.txt", "query": "all.txt", "per_label": 1, "size": 32, "minutes": 1000 },
          "stages": [ { "name": "labels", "steps": 1, "sizes": [32], "batch": 4, "per_class": 2, "optimizer": { "kind": "AdamW", "rate": 0.001 } } ]
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("abla tion").FullName;
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);

    public AblationRunTests()
    {
        var list = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            var file = Path.Combine("pictures", $"label {i % 2}", $"{i}.png");
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, file))!);
            using var bitmap = new SKBitmap(40, 40);
            bitmap.Erase(new SKColor((byte)(120 * (i % 2)), (byte)(30 * i), 200));
            using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(Path.Combine(_folder, file), data.ToArray());
            list.Add($"{file}\tlabel {i % 2}");
        }

        File.WriteAllLines(Path.Combine(_folder, "all.txt"), list);
        File.WriteAllText(Path.Combine(_folder, "recipe.json"), Recipe);
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _output.Dispose();
    }

    [Fact]
    public void Every_variant_is_trained_once_with_every_seed()
    {
        var plan = Plan("""{ "name": "ours", "set": [] }, { "name": "other", "set": [ "stages.labels.triplet_kind=Euclidean", "network.last_stride=2" ] }""");
        var results = Run(plan);
        Assert.Equal(["ours", "other"], results.Select(result => result.Name));
        Assert.All(results, result => Assert.Equal(2, result.Recalls.Count));
        Assert.Equal(["ours-7", "ours-8", "other-7", "other-8"], Directory.GetDirectories(Path.Combine(_folder, "out")).Select(Path.GetFileName).OrderByDescending(name => name!.Split('-')[0]).ThenBy(name => name));
        Assert.Equal(new[] { "ours-7", "ours-8", "other-7", "other-8" }.Select(Measured), results.SelectMany(result => result.Recalls), (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal(4, _output.ToString().Split(", seed ").Length - 1);
        var other = Checkpoint.Read(Path.Combine(_folder, "out", "other-7", "final.ckpt")).Header;
        Assert.Equal(2, other.Network.LastStride);
        Assert.Contains("Euclidean", other.RecipeText, StringComparison.Ordinal);

        Assert.Equal(results.SelectMany(result => result.Recalls), Run(plan).SelectMany(result => result.Recalls));
        Assert.Equal(4, _output.ToString().Split(", seed ").Length - 1);
    }

    [Fact]
    public void A_run_of_another_recipe_is_no_result()
    {
        Run(Plan("""{ "name": "ours", "set": [] }"""));
        var error = Assert.Throws<RecipeException>(() => Run(Plan("""{ "name": "ours", "set": [ "stages.labels.triplet=2" ] }""")));
        Assert.Contains("another recipe", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "name": "a", "set": [ "network.strides=2" ] }""", "strides")]
    [InlineData("""{ "name": "a", "set": [] }, { "name": "a", "set": [] }""", "two variants are named \"a\"")]
    [InlineData("""{ "name": "a", "set": [ "stages.finish.steps=2" ] }""", "no \"stages.finish\"")]
    [InlineData("""{ "name": "a", "set": [ "evaluation=null" ] }""", "needs \"evaluation\"")]
    [InlineData("", "at least one")]
    [InlineData("""{ "name": "../a", "set": [] }""", "cannot be one")]
    public void A_plan_that_cannot_be_run_is_refused_before_anything_is_trained(string variants, string message)
    {
        var error = Assert.Throws<RecipeException>(() => Run(Plan(variants)));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "out")));
    }

    [Fact]
    public void The_deviation_is_of_a_sample()
    {
        var result = new AblationResult("a", [0.8, 0.9, 0.7]);
        Assert.Equal((0.8, 0.1), (Math.Round(result.Mean, 9), Math.Round(result.Deviation, 9)));
    }

    /// <summary>What the run itself wrote of its last evaluation.</summary>
    private double Measured(string run)
    {
        var line = File.ReadLines(Path.Combine(_folder, "out", run, "metrics.csv")).Last(text => text.Contains("recall_at_1=", StringComparison.Ordinal));
        return double.Parse(line[(line.LastIndexOf('=') + 1)..], CultureInfo.InvariantCulture);
    }

    private string Plan(string variants)
    {
        var path = Path.Combine(_folder, "plan.json");
        File.WriteAllText(path, $$"""{ "recipe": "recipe.json", "seeds": [ 7, 8 ], "variants": [ {{variants}} ] }""");
        return path;
    }

    private IReadOnlyList<AblationResult> Run(string plan) =>
        new AblationRun(AblationPlan.Read(plan), _folder, Path.Combine(_folder, "out"), _output).Run([], TestContext.Current.CancellationToken);
}
