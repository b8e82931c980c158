using System.CommandLine;
using System.Text;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.Service;

namespace ShiTu.EdgeAgent.Cli.Gallery;

/// <summary><c>gallery apply OUT</c>: takes a signed gallery on this device without a broker, with the same checks.</summary>
internal static class GalleryApplyVerb
{
    /// <summary>Builds the verb.</summary>
    public static System.CommandLine.Command Create()
    {
        var folder = new Argument<string>("OUT") { Description = "What `gallery sign` wrote, on a USB stick, say." };
        var command = new System.CommandLine.Command("apply", "Takes a signed gallery on this device, without a broker: same checks, same receipt. The service must be stopped.") { folder };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = SharedOptions.Load(parsed).Options;
            var path = parsed.GetValue(folder)!;
            var manifest = Path.Combine(path, GallerySigning.ManifestFile);
            if (!File.Exists(manifest))
            {
                throw new CommandFailure(ExitCode.Failed, $"{path}: no {GallerySigning.ManifestFile} in it; expected a folder that `gallery sign` wrote.");
            }

            if (!UpdateSetup.IsOn(options))
            {
                throw new CommandFailure(ExitCode.Configuration, "updates.trusted_keys: no key is trusted here, so no update is taken; name the owner's public key file or a folder of them.");
            }

            using var models = AgentModels.Load(options);
            using var setup = await UpdateSetup.OpenAsync(options, models, TimeProvider.System, null, cancellation).ConfigureAwait(false);
            using var gallery = setup.Gallery;
            await using (setup.Index.ConfigureAwait(false))
            {
                var receipt = await GalleryApply.ApplyAsync(path, setup.Updater, cancellation).ConfigureAwait(false);
                return Report(parsed, receipt ?? setup.Updater.Again(SignedDocument.Read(manifest)));
            }
        });
        return command;
    }

    private static int Report(ParseResult parsed, Receipt receipt)
    {
        Console.WriteLine(parsed.GetValue(SharedOptions.Json)
            ? Encoding.UTF8.GetString(receipt.ToJson())
            : $"{(receipt.Accepted ? "accepted" : $"refused ({receipt.Refusal!.Check})")}\t{receipt.Reference}\t{receipt.Refusal?.Text ?? receipt.Text}");
        return receipt.Accepted ? ExitCode.Done : receipt.Refusal!.Check == "model" ? ExitCode.DoesNotFit : ExitCode.Failed;
    }
}
