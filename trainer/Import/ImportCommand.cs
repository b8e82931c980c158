using System.CommandLine;
using System.Globalization;
using ShiTu.Trainer.Cli;
using ShiTu.Trainer.Import.Checkpoints;

namespace ShiTu.Trainer.Import;

/// <summary><c>shitu-train import SOURCE -o DIR</c>.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("source") { Description = "Folder with inference.pdmodel or inference.json and inference.pdiparams, or one of the first two; or a checkpoint, X.pdparams." };
        var output = new Option<string>("--out", "-o") { Description = "Model folder to write.", Required = true };
        var input = new Option<string?>("--input") { Description = "Channels, height and width as 3,640,640, where the program leaves them open; for a checkpoint, another size than upstream's." };
        var network = new Option<string?>("--network") { Description = $"Network of a checkpoint: {string.Join(", ", CheckpointNetwork.Names)}; recognised where it is not given." };
        var half = new Option<bool>("--f16") { Description = "Store weights in half precision." };
        var command = new Command("import", "Turns a deployed PaddlePaddle model or a checkpoint into a model folder.") { source, output, network, input, half };
        command.SetAction(parsed => CommandErrors.Guard(_ =>
        {
            Console.Error.WriteLine(ModelImport.Run(parsed.GetRequiredValue(source), parsed.GetRequiredValue(output), Sides(parsed.GetValue(input)), parsed.GetValue(half), parsed.GetValue(network)));
            return 0;
        }));
        return command;
    }

    private static int[]? Sides(string? text)
    {
        if (text is null) return null;
        var sides = Array.ConvertAll(text.Split(','), part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var side) ? side : 0);
        return sides.Length == 3 && sides.All(side => side is > 0 and <= 8192) ? sides : throw new ImportException($"--input {text}: channels, height and width as 3,640,640 were expected.");
    }
}
