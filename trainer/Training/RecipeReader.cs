using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ShiTu.Trainer.Losses;

namespace ShiTu.Trainer.Training;

/// <summary>Reads a recipe and applies <c>--set key=value</c>; checks what can be checked before hours are spent.</summary>
public static class RecipeReader
{
    /// <summary>Reads a recipe.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overrides">Each <c>a.b.0.c=value</c>; the value is JSON, or text where it is none.</param>
    /// <exception cref="RecipeException">The message says which key and what would be right.</exception>
    public static (Recipe Recipe, string Text) Read(string path, IReadOnlyList<string> overrides)
    {
        if (!File.Exists(path))
        {
            throw new RecipeException($"{path}: no such recipe.");
        }

        try
        {
            var node = JsonNode.Parse(File.ReadAllText(path), null, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!;
            foreach (var change in overrides)
            {
                Set(node, change);
            }

            var recipe = node.Deserialize(TrainerJson.Default.Recipe)!;
            Check(recipe);
            return (recipe, node.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        }
        catch (JsonException error)
        {
            throw RecipeException.Of(path, error);
        }
    }

    /// <summary>Applies one <c>key=value</c> to a recipe.</summary>
    internal static void Set(JsonNode node, string change)
    {
        var equals = change.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
        {
            throw new RecipeException($"--set {change}: must be key=value, as stages.0.minutes=5.");
        }

        var keys = change[..equals].Split('.');
        JsonNode? value;
        try
        {
            value = JsonNode.Parse(change[(equals + 1)..]);
        }
        catch (JsonException)
        {
            value = JsonValue.Create(change[(equals + 1)..]);
        }

        for (var i = 0; i < keys.Length - 1; i++)
        {
            node = Child(node, keys[i]) ?? throw new RecipeException($"--set {change}: the recipe has no \"{string.Join('.', keys[..(i + 1)])}\".");
        }

        if (node is JsonArray list)
        {
            list[int.Parse(keys[^1], CultureInfo.InvariantCulture)] = value;
        }
        else
        {
            node[keys[^1]] = value;
        }
    }

    private static JsonNode? Child(JsonNode node, string key) => node switch
    {
        JsonArray list when int.TryParse(key, CultureInfo.InvariantCulture, out var i) && i < list.Count => list[i],
        JsonArray list => list.FirstOrDefault(item => item?["name"]?.GetValue<string>() == key),
        JsonObject map => map[key],
        _ => null,
    };

    private static void Check(Recipe recipe)
    {
        foreach (var stage in recipe.Stages)
        {
            void Require(bool good, string what)
            {
                if (!good)
                {
                    throw new RecipeException($"Stage \"{stage.Name}\": {what}");
                }
            }

            Require(stage.Steps > 0 || stage.Minutes > 0, "needs steps or minutes.");
            Require(stage.Batch + stage.Unlabelled > 0, "needs pictures: batch or unlabelled.");
            Require(stage.Accumulate > 0, "accumulate must be at least 1.");
            Require(stage.Sizes is null || stage.Sizes.All(size => size >= 32 && size % 16 == 0), "sizes must be multiples of 16, at least 32.");
            Require(stage.Kind != StageKind.Blockwise || recipe.Teacher is not null, "block-wise distillation needs a teacher.");
            Require((stage.TeacherCosine == 0 && stage.TeacherRelation == 0) || recipe.Teacher is not null, "a teacher's loss needs a teacher.");
            Require(stage.TeacherRelation == 0 || stage.Unlabelled > 1, "teacher_relation compares unlabelled pictures: unlabelled must be at least 2.");
            Require(stage.TripletOptions is null || stage.TripletKind == TripletKind.AngularMargin, "triplet_options belong to the angular triplet loss: leave them out, or triplet_kind.");
            Require(stage.Kind == StageKind.Blockwise || stage.Batch % stage.PerClass == 0, "batch must be a multiple of per_class.");
        }
    }
}
