using System.CommandLine;
using System.Globalization;
using ShiTu.Trainer.Ablation;
using ShiTu.Trainer.Ranks;

namespace ShiTu.Trainer.Cli;

/// <summary><c>shitu-train ablate PLAN</c>.</summary>
internal static class AblateCommand
{
    public static Command Create()
    {
        var plan = new Argument<string>("plan") { Description = "What is compared (JSON with comments), as recipes/ablation.json." };
        var changes = new Option<string[]>("--set") { Description = "Changes a value of the recipe in every variant: key=value.", AllowMultipleArgumentsPerToken = false, DefaultValueFactory = _ => [] };
        var output = new Option<string>("--out") { Description = "Folder of the runs; those found there are not trained again.", DefaultValueFactory = _ => Path.Combine("runs", "ablation") };
        var command = new Command("ablate", "Trains variants of a recipe with several seeds and compares their recall@1.") { plan, changes, output };
        command.SetAction(parsed => CommandErrors.Guard(token =>
        {
            Launch.OfThisProcess().RequireAlone("ablate");
            var path = Path.GetFullPath(parsed.GetRequiredValue(plan));
            var run = new AblationRun(AblationPlan.Read(path), Path.GetDirectoryName(path)!, parsed.GetRequiredValue(output), Console.Error);
            Print(run.Run(parsed.GetValue(changes) ?? [], token));
            return 0;
        }));
        return command;
    }

    private static void Print(IReadOnlyList<AblationResult> results)
    {
        var width = results.Max(result => result.Name.Length);
        Console.WriteLine($"{"variant".PadRight(width)}   recall@1        against the first   each seed");
        foreach (var result in results)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Name.PadRight(width)}   {100 * result.Mean,5:F2} +- {100 * result.Deviation:F2}   {100 * (result.Mean - results[0].Mean),17:+0.00;-0.00;0.00}   {string.Join("  ", result.Recalls.Select(recall => (100 * recall).ToString("F2", CultureInfo.InvariantCulture)))}"));
        }
    }
}
