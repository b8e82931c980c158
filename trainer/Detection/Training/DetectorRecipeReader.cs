using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ShiTu.Trainer.Training;

namespace ShiTu.Trainer.Detection.Training;

/// <summary>Reads a detector's recipe and checks what can be checked before hours are spent.</summary>
public static class DetectorRecipeReader
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Reads a recipe; the text is the recipe as it will run.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overrides">Each <c>a.b.0.c=value</c>.</param>
    /// <exception cref="RecipeException">The message says which key and what would be right.</exception>
    public static (DetectorRecipe Recipe, string Text) Read(string path, IReadOnlyList<string> overrides)
    {
        ArgumentNullException.ThrowIfNull(overrides);
        if (!File.Exists(path))
        {
            throw new RecipeException($"{path}: no such recipe.");
        }

        return Parse(File.ReadAllText(path), path, overrides);
    }

    /// <summary>Reads a recipe's text.</summary>
    /// <exception cref="RecipeException">See <see cref="Read"/>.</exception>
    internal static (DetectorRecipe Recipe, string Text) Parse(string text, string path, IReadOnlyList<string> overrides)
    {
        try
        {
            var node = JsonNode.Parse(text, null, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!;
            foreach (var change in overrides)
            {
                RecipeReader.Set(node, change);
            }

            var recipe = node.Deserialize(DetectorJson.Default.DetectorRecipe)!;
            Check(recipe, path);
            return (recipe, node.ToJsonString(Indented));
        }
        catch (JsonException error)
        {
            throw RecipeException.Of(path, error);
        }
    }

    private static void Check(DetectorRecipe recipe, string path)
    {
        foreach (var stage in recipe.Stages)
        {
            void Require(bool good, string what)
            {
                if (!good)
                {
                    throw new RecipeException($"{path}: stage \"{stage.Name}\": {what}");
                }
            }

            Require(stage.Steps > 0 || stage.Minutes > 0, "needs steps or minutes.");
            Require(stage.Batch > 0, "batch must be at least 1.");
            Require(stage.Sizes is null || (stage.Sizes.Count > 0 && stage.Sizes.All(size => size >= 64 && size % 32 == 0)), "sizes must be multiples of 32, at least 64.");
            Require(stage.Dense is null || recipe.BoxTeacher is not null, "dense needs box_teacher.");
            Require(stage.Kind != DetectorStageKind.Hints || (recipe.HintTeacher is not null && recipe.Unlabelled is { Count: > 0 }), "hints need hint_teacher and unlabelled pictures.");
        }
    }
}

/// <summary>JSON of a detector's recipe; an unknown key is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(DetectorRecipe))]
internal sealed partial class DetectorJson : JsonSerializerContext;
