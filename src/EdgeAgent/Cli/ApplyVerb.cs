using System.CommandLine;
using System.Text;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.EdgeAgent.Service;

namespace ShiTu.EdgeAgent.Cli;

/// <summary><c>gallery apply OUT</c>, <c>models apply OUT</c>: takes what was signed on this device without a broker, with the same checks.</summary>
internal static class ApplyVerb
{
    /// <summary>Builds the verb.</summary>
    public static System.CommandLine.Command Create(PushKind kind)
    {
        var folder = new Argument<string>("OUT") { Description = $"What `{kind.Verb} sign` wrote, on a USB stick, say." };
        var command = new System.CommandLine.Command("apply", $"Takes a signed {kind.Noun} on this device, without a broker: same checks, same receipt. The service must be stopped.") { folder };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = SharedOptions.Load(parsed).Options;
            var path = parsed.GetValue(folder)!;
            var manifest = Path.Combine(path, SignedFolder.ManifestFile);
            if (!File.Exists(manifest))
            {
                throw new CommandFailure(ExitCode.Failed, $"{path}: no {SignedFolder.ManifestFile} in it; expected a folder that `{kind.Verb} sign` wrote.");
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
                using var updater = kind == PushKind.Models
                    ? setup.MakeModelUpdater(options, models, new ThresholdSource(AgentRuntime.ThresholdsOf(gallery, options.Recognition)), shadow: null, restart: null, TimeProvider.System, null)
                    : null;
                IManifestTaker taker = updater is null ? setup.Updater : updater;
                var receipt = await GalleryApply.ApplyAsync(path, taker, cancellation).ConfigureAwait(false);
                return Report(parsed, receipt ?? taker.Again(SignedDocument.Read(manifest)));
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
