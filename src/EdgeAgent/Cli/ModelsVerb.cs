using System.CommandLine;
using System.Text;
using ShiTu.EdgeAgent.Cli.Gallery;
using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.ModelUpdates;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.Cli;

/// <summary><c>models sign|push|watch|apply</c>: updates of the models of a site's devices.</summary>
internal static class ModelsVerb
{
    /// <summary>Builds the verb.</summary>
    public static System.CommandLine.Command Create() => new("models", "Signs, sends and takes updates of the models.")
    {
        Sign(),
        PushVerb.Create(PushKind.Models),
        GalleryWatchVerb.Create(),
        ApplyVerb.Create(PushKind.Models),
    };

    private static System.CommandLine.Command Sign()
    {
        var folders = new Argument<string[]>("DIR") { Description = "One or two model folders: a detector, a feature model, or both. One that is not given stays as the devices have it.", Arity = new ArgumentArity(1, 2) };
        var output = OwnerArguments.Output();
        var key = OwnerArguments.Key();
        var devices = OwnerArguments.Devices();
        var generation = OwnerArguments.Generation();
        var valid = OwnerArguments.Duration("--valid", "How long it may be taken; 365d without it.");
        var command = new System.CommandLine.Command("sign", "Signs models for the devices of a site.") { folders, output, key, OwnerArguments.Site, devices, generation, valid };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = OwnerArguments.Load(parsed);
            using var signer = OwnerArguments.LoadKey(parsed, key);
            var given = parsed.GetValue(folders)!;
            var (model, dimension) = IdentityOf(given, new ModelSets(options).InUse);
            var request = OwnerArguments.Request(parsed, options.Mqtt.Site, devices, generation, valid, model, dimension);
            var manifest = await ModelSigning.SignAsync(given, request, signer, parsed.GetValue(output)!, TimeProvider.System, cancellation).ConfigureAwait(false);
            Report(parsed, manifest, signer.Id, parsed.GetValue(output)!);
            return ExitCode.Done;
        });
        return command;
    }

    // The pair that results on a device: what is not given is what runs there, and here.
    private static (string Model, int Dimension) IdentityOf(string[] given, ModelFolders inUse)
    {
        var manifests = given.Select(folder => (Folder: folder, Manifest: ModelManifest.Read(folder))).ToList();
        if (manifests.DistinctBy(pair => pair.Manifest.Kind).Count() != manifests.Count)
        {
            throw new CommandFailure(ExitCode.Usage, $"Both folders hold a model of the kind '{manifests[0].Manifest.Kind}'; expected a detector and a feature model.");
        }

        if (manifests.Find(pair => pair.Manifest is { Kind: ModelManifest.FeatureKind, SelfTest: null }) is { Folder: { } untested })
        {
            throw new CommandFailure(ExitCode.DoesNotFit, $"{untested}: no embedding of the self-test's picture is recorded in its manifest, and devices refuse a feature model that they cannot test; export or import it again.");
        }

        return ModelSet.IdentityOf(FolderOf(ModelManifest.MainBody) ?? inUse.Detector, FolderOf(ModelManifest.FeatureKind) ?? inUse.Feature);

        string? FolderOf(string kind) => manifests.Find(pair => pair.Manifest.Kind == kind).Folder;
    }

    private static void Report(ParseResult parsed, ModelsManifest manifest, string keyId, string output)
    {
        Console.WriteLine(parsed.GetValue(SharedOptions.Json)
            ? Encoding.UTF8.GetString(PayloadWriter.Object((manifest, keyId, output), static (json, signed) =>
            {
                json.WriteNumber("generation", signed.manifest.Generation);
                json.WriteString("site", signed.manifest.Site);
                json.WriteString("model", signed.manifest.Model);
                json.WriteNumber("chunks", signed.manifest.Chunks.Count);
                json.WriteNumber("bytes", signed.manifest.Bytes);
                json.WriteString("content_hash", signed.manifest.ContentHash);
                json.Time("expires", signed.manifest.Expires);
                json.WriteString("kid", signed.keyId);
                json.WriteString("output", signed.output);
            }))
            : $"generation {manifest.Generation}\t{manifest.Model}\t{manifest.Bytes} bytes\t{manifest.Chunks.Count} chunks\t{output}");
        Terminal.Say($"Signed with {keyId} for {manifest.Site}/{string.Join(',', manifest.Devices)}, until {manifest.Expires:yyyy-MM-dd}. `models push {output}` sends it.");
    }
}
