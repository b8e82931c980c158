using System.CommandLine;
using ShiTu.Inference.Models;
using ShiTu.Trainer.Data;
using ShiTu.Trainer.Quantization;

namespace ShiTu.Trainer.Cli;

/// <summary><c>shitu-train quantize MODEL -o DIR</c>.</summary>
internal static class QuantizeCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "Model folder." };
        var output = new Option<string>("--out", "-o") { Description = "Model folder to write; its name becomes the model's.", Required = true };
        var pictures = new Option<string>("--pictures") { Description = "List or folder of pictures as the model will see them; ranges are measured on them.", Required = true };
        var count = new Option<int>("--count") { Description = "At most so many of them, evenly spread.", DefaultValueFactory = _ => 200 };
        var command = new Command("quantize", "Writes a model with 8-bit convolutions for OpenVINO (ONNX Runtime runs it too, but not faster).") { model, output, pictures, count };
        command.SetAction(parsed => CommandErrors.Guard(token =>
        {
            var path = parsed.GetRequiredValue(pictures);
            var kind = Directory.Exists(path) ? SourceKind.Pictures : SourceKind.List;
            var entries = SourceReader.Read(new SourceOptions("pictures", kind, path, Max: parsed.GetValue(count)), "");
            var (manifest, layers) = ModelQuantization.Run(parsed.GetRequiredValue(model), parsed.GetRequiredValue(output), ReadablePictures.Of(entries, Console.Error.WriteLine).Select(item => item.Picture), token);
            Console.Error.WriteLine($"{manifest.Name}: {layers} layers of 8 bits, {manifest.Identity[..8]}. Measure it with {(manifest.Kind == ModelManifest.FeatureKind ? "eval" : "eval-det")} before it is used.");
            return 0;
        }));
        return command;
    }
}
