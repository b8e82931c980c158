using System.CommandLine;
using System.Text;
using ShiTu.EdgeAgent.Configuration;
using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.ModelUpdates;
using ShiTu.Index.Gallery;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.Cli.Gallery;

/// <summary><c>gallery sign DIR|DB -o OUT</c>: a folder with chunks and a signed manifest, ready for <c>push</c> or a USB stick.</summary>
internal static class GallerySignVerb
{
    /// <summary>Builds the verb.</summary>
    public static System.CommandLine.Command Create()
    {
        var source = new Argument<string>("DIR|DB") { Description = "A gallery file (its vectors are sent), or a folder with a sub-folder of JPEGs an item (the devices embed them)." };
        var output = OwnerArguments.Output();
        var key = OwnerArguments.Key();
        var pictures = new Option<bool>("--pictures") { Description = "Sends the pictures that the gallery file keeps in the place of its vectors: devices embed them, with whatever models they run." };
        var devices = OwnerArguments.Devices();
        var generation = OwnerArguments.Generation();
        var valid = OwnerArguments.Duration("--valid", "How long it may be taken; 365d without it.");
        var command = new System.CommandLine.Command("sign", "Signs a gallery for the devices of a site.") { source, output, key, OwnerArguments.Site, pictures, devices, generation, valid };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = OwnerArguments.Load(parsed);
            using var signer = OwnerArguments.LoadKey(parsed, key);
            var (items, model, dimension) = Read(parsed.GetValue(source)!, parsed.GetValue(pictures), options);
            if (items.Count == 0)
            {
                throw new CommandFailure(ExitCode.Failed, $"{parsed.GetValue(source)}: no item in it; devices would be left with an empty gallery.");
            }

            var request = OwnerArguments.Request(parsed, options.Mqtt.Site, devices, generation, valid, model, dimension);
            var manifest = await GallerySigning.SignAsync(items, request, signer, parsed.GetValue(output)!, TimeProvider.System, cancellation).ConfigureAwait(false);
            Report(parsed, manifest, signer.Id, parsed.GetValue(output)!);
            return ExitCode.Done;
        });
        return command;
    }

    private static (List<ChunkItem> Items, string Model, int Dimension) Read(string source, bool pictures, AgentOptions options)
    {
        if (Directory.Exists(source))
        {
            var inUse = new ModelSets(options).InUse;
            var (model, dimension) = ModelSet.IdentityOf(inUse.Detector, inUse.Feature);
            return (Count(GallerySigning.FromFolder(source), Directory.GetDirectories(source).Length), model, dimension);
        }

        using var gallery = GalleryStore.OpenReadOnly(source);
        return (Count(GallerySigning.FromGallery(gallery, pictures), gallery.ItemCount), gallery.ModelIdentity, gallery.Dimension);
    }

    private static List<ChunkItem> Count(IEnumerable<ChunkItem> items, int total)
    {
        using var bar = new ProgressBar("items", total);
        var read = new List<ChunkItem>(total);
        foreach (var item in items)
        {
            read.Add(item);
            bar.Advance();
        }

        return read;
    }

    private static void Report(ParseResult parsed, GalleryManifest manifest, string keyId, string output)
    {
        Console.WriteLine(parsed.GetValue(SharedOptions.Json)
            ? Encoding.UTF8.GetString(PayloadWriter.Object((manifest, keyId, output), static (json, signed) =>
            {
                json.WriteNumber("generation", signed.manifest.Generation);
                json.WriteString("site", signed.manifest.Site);
                json.WriteNumber("items", signed.manifest.Items);
                json.WriteNumber("views", signed.manifest.Views);
                json.WriteNumber("chunks", signed.manifest.Chunks.Count);
                json.WriteNumber("bytes", signed.manifest.Chunks.Sum(chunk => (long)chunk.Bytes));
                json.WriteString("content_hash", signed.manifest.ContentHash);
                json.WriteString("model", signed.manifest.Model);
                json.Time("expires", signed.manifest.Expires);
                json.WriteString("kid", signed.keyId);
                json.WriteString("output", signed.output);
            }))
            : $"generation {manifest.Generation}\t{manifest.Items} items\t{manifest.Views} views\t{manifest.Chunks.Count} chunks\t{output}");
        Terminal.Say($"Signed with {keyId} for {manifest.Site}/{string.Join(',', manifest.Devices)} on {manifest.Model}, until {manifest.Expires:yyyy-MM-dd}. `gallery push {output}` sends it.");
    }
}
