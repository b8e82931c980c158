using System.CommandLine;
using System.Globalization;

namespace ShiTu.Trainer.Import;

/// <summary><c>shitu-train import PROGRAM -o DIR</c>.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("program") { Description = "Folder with inference.pdmodel or inference.json and inference.pdiparams, or one of the first two." };
        var output = new Option<string>("--out", "-o") { Description = "Model folder to write.", Required = true };
        var input = new Option<string?>("--input") { Description = "Channels, height and width as 3,640,640, where the program leaves them open." };
        var half = new Option<bool>("--f16") { Description = "Store weights in half precision." };
        var command = new Command("import", "Turns a deployed PaddlePaddle model into a model folder.") { source, output, input, half };
        command.SetAction(parsed =>
        {
            try
            {
                Console.Error.WriteLine(ModelImport.Run(parsed.GetRequiredValue(source), parsed.GetRequiredValue(output), Sides(parsed.GetValue(input)), parsed.GetValue(half)));
                return 0;
            }
            catch (ImportException error)
            {
                Console.Error.WriteLine(error.Message);
                return 1;
            }
        });
        return command;
    }

    private static int[]? Sides(string? text)
    {
        if (text is null) return null;
        var sides = Array.ConvertAll(text.Split(','), part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var side) ? side : 0);
        return sides.Length == 3 && sides.All(side => side is > 0 and <= 8192) ? sides : throw new ImportException($"--input {text}: channels, height and width as 3,640,640 were expected.");
    }
}
