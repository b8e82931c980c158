using System.CommandLine;
using System.Text.Json;
using ShiTu.EdgeAgent.Configuration;
using ShiTu.EdgeAgent.ModelUpdates;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.Cli;

/// <summary><c>model info [FOLDER…]</c>: what a model folder holds, and whether it is whole.</summary>
internal static class ModelVerb
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var folders = new Argument<string[]>("FOLDER") { Description = "Model folders; without any those in use.", Arity = ArgumentArity.ZeroOrMore };
        var info = new Command("info", "Shows models and checks their files against their manifests.") { folders };
        info.SetAction(parsed =>
        {
            var inUse = new ModelSets(SharedOptions.Load(parsed).Options).InUse;
            var given = parsed.GetValue(folders) is { Length: > 0 } named ? named : [inUse.Detector, inUse.Feature];
            var manifests = given.Select(folder => (Folder: folder, Manifest: ModelManifest.Read(folder))).ToList();
            if (parsed.GetValue(SharedOptions.Json))
            {
                WriteJson(manifests);
            }
            else
            {
                foreach (var (folder, manifest) in manifests)
                {
                    Write(folder, manifest);
                }
            }

            return ExitCode.Done;
        });
        return new Command("model", "Looks at models.") { info };
    }

    private static void Write(string folder, ModelManifest manifest)
    {
        Console.WriteLine(Terminal.Paint(manifest.Name, Paint.Bold));
        Console.WriteLine($"  kind         {manifest.Kind}");
        Console.WriteLine($"  input        {manifest.Preparation.Width} x {manifest.Preparation.Height}, {manifest.Preparation.Interpolation.ToString().ToLowerInvariant()}");
        Console.WriteLine($"  outputs      {string.Join(", ", manifest.Outputs)}{(manifest.Dimension > 0 ? $" ({manifest.Dimension} floats)" : "")}");
        Console.WriteLine($"  weights      {new FileInfo(Path.Combine(folder, "model.bin")).Length / 1e6:0.0} MB, sha256 {manifest.BinSha256[..16]}…");
        Console.WriteLine($"  identity     {manifest.Identity}");
        Console.WriteLine($"  folder       {Path.GetFullPath(folder)}");
    }

    private static void WriteJson(List<(string Folder, ModelManifest Manifest)> manifests)
    {
        using var output = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        writer.WriteStartArray();
        foreach (var (folder, manifest) in manifests)
        {
            writer.WriteStartObject();
            writer.WriteString("name", manifest.Name);
            writer.WriteString("kind", manifest.Kind);
            writer.WriteNumber("width", manifest.Preparation.Width);
            writer.WriteNumber("height", manifest.Preparation.Height);
            writer.WriteNumber("dimension", manifest.Dimension);
            writer.WriteString("identity", manifest.Identity);
            writer.WriteString("folder", Path.GetFullPath(folder));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
