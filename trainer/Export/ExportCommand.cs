using System.CommandLine;
using ShiTu.Inference.Models;
using ShiTu.Trainer.Networks;
using ShiTu.Trainer.Training;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Export;

/// <summary><c>shitu-train export CHECKPOINT -o DIR</c>.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var checkpoint = new Argument<string>("checkpoint") { Description = "Checkpoint of a run, as runs/general/best.ckpt." };
        var output = new Option<string>("--out", "-o") { Description = "Model folder to write; its name becomes the model's.", Required = true };
        var size = new Option<int>("--size") { Description = "Side of the pictures that the model takes, pixels.", DefaultValueFactory = _ => 224 };
        var half = new Option<bool>("--f16") { Description = "Store weights in half precision: half the file, the same speed." };
        var command = new Command("export", "Writes a checkpoint's network as a model folder (OpenVINO IR and manifest).") { checkpoint, output, size, half };
        command.SetAction(parsed =>
        {
            try
            {
                var manifest = Run(parsed.GetRequiredValue(checkpoint), parsed.GetRequiredValue(output), parsed.GetValue(size), parsed.GetValue(half));
                Console.Error.WriteLine($"{manifest.Name}: {manifest.Kind}, {manifest.Preparation.Width} x {manifest.Preparation.Height}, {manifest.Identity[..8]}");
                return 0;
            }
            catch (Exception error) when (error is InvalidDataException or IOException or ArgumentException or ModelException)
            {
                Console.Error.WriteLine(error.Message);
                return 1;
            }
        });
        return command;
    }

    private static ModelManifest Run(string path, string folder, int size, bool half)
    {
        var checkpoint = Checkpoint.Read(path);
        using var network = new FeatureNetwork(checkpoint.Header.Network);
        Fill(network, checkpoint, path);
        return FeatureExport.Write(network, folder, size, half);
    }

    private static void Fill(nn.Module network, Checkpoint checkpoint, string path)
    {
        var tensors = network.named_parameters().Select(p => (p.name, (Tensor)p.parameter))
            .Concat(network.named_buffers().Where(b => b.buffer.is_floating_point()).Select(b => (b.name, b.buffer)));
        if (checkpoint.CopyTo(tensors) is { Count: > 0 } misses) throw new InvalidDataException($"{path} is of another network: {misses[0]}.");
        network.eval();
    }
}
