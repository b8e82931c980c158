using System.CommandLine;
using System.Globalization;
using ShiTu.Trainer.Detection.Training;
using ShiTu.Trainer.Ranks;

namespace ShiTu.Trainer.Cli;

/// <summary><c>shitu-train train-det RECIPE</c>.</summary>
internal static class TrainDetectorCommand
{
    public static Command Create()
    {
        var recipe = new Argument<string>("recipe") { Description = "The recipe (JSON with comments), as recipes/mainbody.json." };
        var changes = new Option<string[]>("--set") { Description = "Changes a value of the recipe: key=value, as stages.joint.minutes=5.", AllowMultipleArgumentsPerToken = false, DefaultValueFactory = _ => [] };
        var output = new Option<string?>("--out") { Description = "Folder of the run; by default runs/NAME beside the current folder. A run found there goes on." };
        var speed = new Option<string?>("--speed") { Description = "Trains nothing: measures a stage's pictures a second beside bare forward and backward of the same network." };
        var command = new Command("train-det", "Trains a main-body detector.") { recipe, changes, output, speed };
        command.SetAction(parsed => CommandErrors.Guard(token =>
        {
            Launch.OfThisProcess().RequireAlone("train-det");
            var path = Path.GetFullPath(parsed.GetRequiredValue(recipe));
            var (read, text) = DetectorRecipeReader.Read(path, parsed.GetValue(changes) ?? []);
            var started = TimeProvider.System.GetTimestamp();
            void Report(string line) => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetElapsedTime(started):hh\\:mm\\:ss} {line}"));
            using var run = new DetectorTrainer(read, text, Path.GetDirectoryName(path)!, parsed.GetValue(output) ?? Path.Combine("runs", read.Name), Report);
            if (parsed.GetValue(speed) is { } stage)
            {
                SpeedTable.Print(run.MeasureSpeed(stage, token));
                return 0;
            }

            run.Run(token);
            return 0;
        }));
        return command;
    }
}
