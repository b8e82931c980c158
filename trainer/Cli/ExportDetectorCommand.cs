using System.CommandLine;
using ShiTu.Trainer.Detection.Export;
using ShiTu.Trainer.Detection.Training;

namespace ShiTu.Trainer.Cli;

/// <summary><c>shitu-train export-det CHECKPOINT -o DIR</c>.</summary>
internal static class ExportDetectorCommand
{
    public static Command Create()
    {
        var checkpoint = new Argument<string>("checkpoint") { Description = "Checkpoint of a run, as runs/mainbody/last.ckpt." };
        var output = new Option<string>("--out", "-o") { Description = "Model folder to write; its name becomes the model's.", Required = true };
        var size = new Option<int>("--size") { Description = "Side of the network's input, pixels; a multiple of 32.", DefaultValueFactory = _ => 416 };
        var full = new Option<bool>("--f32") { Description = "Store weights in full precision." };
        var command = new Command("export-det", "Writes a checkpoint's averaged detector as a model folder (OpenVINO IR and manifest).") { checkpoint, output, size, full };
        command.SetAction(parsed => CommandErrors.Guard(_ =>
        {
            var (network, _, _) = DetectorCheckpoint.Read(parsed.GetRequiredValue(checkpoint));
            using (network)
            {
                var manifest = DetectorExport.Write(network, parsed.GetRequiredValue(output), parsed.GetValue(size), !parsed.GetValue(full));
                Console.Error.WriteLine($"{manifest.Name}: {manifest.Kind}, {manifest.Preparation.Width} x {manifest.Preparation.Height}, {manifest.Identity[..8]}");
                return 0;
            }
        }));
        return command;
    }
}
