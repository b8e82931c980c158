using ShiTu.Trainer.Training;

namespace ShiTu.Trainer.Ablation;

/// <summary>Trains every variant with every seed, one after the other, each in a folder of its own; what is there already is not trained again.</summary>
internal sealed class AblationRun(AblationPlan plan, string home, string folder, TextWriter output)
{
    /// <summary>Runs what is left. All variants of a seed come before the next seed, so that a stopped run compares equals.</summary>
    /// <param name="changes">Changes to every variant, before its own.</param>
    /// <param name="token">Cancels; started again, it goes on where it was.</param>
    /// <exception cref="RecipeException">A recipe does not evaluate, cannot be trained, or is not the one of a run that is there.</exception>
    public IReadOnlyList<AblationResult> Run(IReadOnlyList<string> changes, CancellationToken token)
    {
        var path = Path.GetFullPath(Path.Combine(home, plan.Recipe));
        var recipes = plan.Variants.SelectMany(variant => plan.Seeds.Select(seed => (Key: (variant.Name, seed), Read: RecipeReader.Read(path, [.. changes, .. variant.Set, $"seed={seed}"])))).ToDictionary(item => item.Key, item => item.Read);
        if (recipes.Values.Any(item => item.Recipe.Evaluation is null)) throw new RecipeException($"{path}: an ablation needs \"evaluation\": it compares its recall@1.");
        foreach (var seed in plan.Seeds)
        {
            foreach (var variant in plan.Variants)
            {
                var (recipe, text) = recipes[(variant.Name, seed)];
                if (IsTrained(variant, seed, text)) continue;
                output.WriteLine($"{variant.Name}, seed {seed}");
                using var run = new TrainingRun(recipe, text, Path.GetDirectoryName(path)!, FolderOf(variant, seed), TimeProvider.System, output, token);
                run.Run(token);
            }
        }

        return [.. plan.Variants.Select(variant => new AblationResult(variant.Name, [.. plan.Seeds.Select(seed => Checkpoint.Read(FinalOf(variant, seed)).Header.Best)]))];
    }

    private bool IsTrained(AblationVariant variant, long seed, string text)
    {
        var final = FinalOf(variant, seed);
        if (!File.Exists(final)) return false;
        return Checkpoint.Read(final).Header.RecipeText == text ? true : throw new RecipeException($"{final} was trained with another recipe: choose another folder with --out, or remove it.");
    }

    private string FolderOf(AblationVariant variant, long seed) => Path.Combine(folder, $"{variant.Name}-{seed}");

    private string FinalOf(AblationVariant variant, long seed) => Path.Combine(FolderOf(variant, seed), TrainingRun.FinalName);
}
