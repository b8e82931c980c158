using System.CommandLine;
using ShiTu.Trainer.Training;

namespace ShiTu.Trainer.Cli;

/// <summary><c>shitu-train plot RUN</c>.</summary>
internal static class PlotCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "Folder of a run of train or train-det." };
        var output = new Option<string?>("--output", "-o") { Description = "PNG to write; by default curves.png in the folder." };
        var command = new Command("plot", "Draws a run's losses, measurements and learning rate.") { run, output };
        command.SetAction(parsed => CommandErrors.Guard(token =>
        {
            var folder = parsed.GetRequiredValue(run);
            var file = Path.Combine(folder, MetricsFile.Name);
            if (!File.Exists(file))
            {
                throw new InvalidDataException($"{folder}: no {MetricsFile.Name} in it; plot takes the folder that train or train-det was given with --out.");
            }

            var rows = MetricsFile.Read(file);
            if (rows.Count == 0)
            {
                throw new InvalidDataException($"{file}: no step yet.");
            }

            var path = parsed.GetValue(output) ?? Path.Combine(folder, "curves.png");
            TrainingCurves.Draw(rows, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), path);
            Console.Error.WriteLine(path);
            return 0;
        }));
        return command;
    }
}
