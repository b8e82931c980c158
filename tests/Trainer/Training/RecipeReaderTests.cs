using ShiTu.TestKit;
using ShiTu.Trainer.Ablation;
using ShiTu.Trainer.Detection.Training;
using ShiTu.Trainer.Devices;
using ShiTu.Trainer.Training;
using Xunit;

namespace ShiTu.Trainer.Tests.Training;

public sealed class RecipeReaderTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Every_recipe_of_the_repository_is_good()
    {
        foreach (var recipe in Directory.EnumerateFiles(Path.Combine(TestFiles.Root, "trainer", "recipes"), "*.json"))
        {
            switch (Path.GetFileName(recipe).Split('-', '.')[0])
            {
                case "mainbody":
                    Assert.NotEmpty(DetectorRecipeReader.Read(recipe, []).Recipe.Stages);
                    break;
                case "ablation":
                    var plan = AblationPlan.Read(recipe);
                    var varied = Path.Combine(Path.GetDirectoryName(recipe)!, plan.Recipe);
                    Assert.All(plan.Variants, variant => Assert.NotNull(RecipeReader.Read(varied, variant.Set).Recipe.Evaluation));
                    Assert.Equal(plan.Variants.Count, plan.Variants.Select(variant => RecipeReader.Read(varied, variant.Set).Text).Distinct().Count());
                    break;
                default:
                    Assert.NotEmpty(RecipeReader.Read(recipe, []).Recipe.Stages);
                    break;
            }
        }
    }

    [Theory]
    [InlineData("stages.0.minutes=2.5")]
    [InlineData("stages.first.minutes=2.5")]
    public void A_value_is_changed_by_its_place_or_its_name(string change) => Assert.Equal(2.5, Read([change]).Stages[0].Minutes);

    [Fact]
    public void An_unknown_key_is_an_error_that_names_it() => Assert.Contains("minuts", Assert.Throws<RecipeException>(() => Read(["stages.0.minuts=2"])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("stages.0.minutes=0", "steps or minutes")]
    [InlineData("stages.0.sizes=[100]", "multiples of 16")]
    [InlineData("stages.0.kind=\"Blockwise\"", "teacher")]
    [InlineData("stages.0.teacher_cosine=1", "teacher")]
    [InlineData("stages.0.batch=31", "multiple of per_class")]
    [InlineData("""stages.0={ "name": "s", "minutes": 1, "triplet_kind": "Euclidean", "triplet_options": { "margin": 1 } }""", "angular triplet loss")]
    public void What_cannot_run_is_refused_before_it_starts(string change, string reason) => Assert.Contains(reason, Assert.Throws<RecipeException>(() => Read([change])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("device=cpu", DeviceKind.Cpu, Precision.Single)]
    [InlineData("device=cuda", DeviceKind.Cuda, Precision.Single)]
    [InlineData("precision=double", DeviceKind.Auto, Precision.Double)]
    public void Device_and_precision_are_chosen_by_name(string change, DeviceKind device, Precision precision)
    {
        var recipe = Read([change]);
        Assert.Equal((device, precision), (recipe.Device, recipe.Precision));
    }

    [Theory]
    [InlineData("device=tpu", "$.device: \"tpu\" is not known; there are Auto, Cpu, Cuda")]
    [InlineData("device=1", "$.device: it must be a name; there are Auto")]
    [InlineData("stages.0.kind=\"learn\"", "$.stages[0].kind: \"learn\" is not known; there are Blockwise, Metric")]
    [InlineData("stages.0.optimizer={ \"kind\": \"adam\" }", "$.stages[0].optimizer.kind: \"adam\" is not known; there are Sgd, AdamW")]
    public void A_name_that_is_not_known_is_refused_with_the_key_and_those_that_are(string change, string said) =>
        Assert.Contains(said, Assert.Throws<RecipeException>(() => Read([change])).Message, StringComparison.Ordinal);

    private Recipe Read(string[] changes)
    {
        File.WriteAllText(_path, """{ "name": "r", "sources": [], "stages": [ { "name": "first", "minutes": 1 } ] }""");
        return RecipeReader.Read(_path, changes).Recipe;
    }
}
