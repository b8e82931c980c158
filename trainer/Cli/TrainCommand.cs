using System.CommandLine;
using ShiTu.Trainer.Ranks;
using ShiTu.Trainer.Training;

namespace ShiTu.Trainer.Cli;

/// <summary><c>shitu-train train RECIPE</c>.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var recipe = new Argument<string>("recipe") { Description = "The recipe (JSON with comments), as recipes/general.json." };
        var changes = new Option<string[]>("--set") { Description = "Changes a value of the recipe: key=value, as stages.joint.minutes=5.", AllowMultipleArgumentsPerToken = false, DefaultValueFactory = _ => [] };
        var output = new Option<string?>("--out") { Description = "Folder of the run; by default runs/NAME beside the current folder. A run found there goes on." };
        var speed = new Option<string?>("--speed") { Description = "Trains nothing: measures a stage's pictures a second beside bare forward and backward of the same network." };
        var command = new Command("train", "Trains a feature model.") { recipe, changes, output, speed };
        command.SetAction(parsed =>
        {
            RankGroup? ranks = null;
            var code = CommandErrors.Guard(token =>
            {
                ranks = RankGroup.Join();
                var path = Path.GetFullPath(parsed.GetRequiredValue(recipe));
                var (read, text) = RecipeReader.Read(path, parsed.GetValue(changes) ?? []);
                var stage = parsed.GetValue(speed);
                if (stage is not null) Launch.OfThisProcess().RequireAlone("--speed");
                using var run = new TrainingRun(read, text, Path.GetDirectoryName(path)!, parsed.GetValue(output) ?? Path.Combine("runs", read.Name), TimeProvider.System, Console.Error, token, ranks);
                if (stage is not null) SpeedTable.Print(run.MeasureSpeed(stage, token));
                else run.Run(token);
                return 0;
            });
            if (code != 0) ranks?.Abort(code);
            ranks?.Dispose();
            return code;
        });
        return command;
    }
}
