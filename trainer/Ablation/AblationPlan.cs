using System.Text.Json;
using ShiTu.Trainer.Training;

namespace ShiTu.Trainer.Ablation;

/// <summary>One recipe trained in several variants, each with several seeds.</summary>
/// <param name="Recipe">The recipe; relative to the plan.</param>
/// <param name="Seeds">Seeds of every variant.</param>
/// <param name="Variants">What is changed; the first is what the others are compared with.</param>
public sealed record AblationPlan(string Recipe, IReadOnlyList<long> Seeds, IReadOnlyList<AblationVariant> Variants)
{
    /// <summary>Reads a plan, JSON with comments.</summary>
    /// <exception cref="RecipeException">It is none; the message says what would be right.</exception>
    public static AblationPlan Read(string path)
    {
        if (!File.Exists(path)) throw new RecipeException($"{path}: no such plan.");
        try
        {
            var plan = JsonSerializer.Deserialize(File.ReadAllText(path), TrainerJson.Default.AblationPlan) ?? throw new RecipeException($"{path}: an empty plan.");
            if (plan.Seeds.Count == 0 || plan.Variants.Count == 0) throw new RecipeException($"{path}: needs at least one of \"seeds\" and of \"variants\".");
            if (plan.Variants.GroupBy(variant => variant.Name).FirstOrDefault(group => group.Count() > 1) is { } twice) throw new RecipeException($"{path}: two variants are named \"{twice.Key}\".");
            if (plan.Variants.FirstOrDefault(variant => Path.GetFileName(variant.Name) != variant.Name || variant.Name.Length == 0) is { } odd) throw new RecipeException($"{path}: a variant's name is also its folder's; \"{odd.Name}\" cannot be one.");
            return plan;
        }
        catch (JsonException error)
        {
            throw RecipeException.Of(path, error);
        }
    }
}
