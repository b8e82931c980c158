using System.CommandLine;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.Mqtt;

namespace ShiTu.EdgeAgent.Cli;

/// <summary><c>keys sign|push</c>: changes which keys the devices of a site trust.</summary>
internal static class KeysManifestVerbs
{
    private const string ManifestFile = "keys.json";

    /// <summary><c>keys sign PUB… --root KEY -o OUT</c>.</summary>
    public static System.CommandLine.Command Sign()
    {
        var keys = new Argument<string[]>("PUB") { Description = "Public keys that hold from then on, in the place of all others.", Arity = ArgumentArity.OneOrMore };
        var revoked = new Option<string[]>("--revoke") { Description = "A public key that is never good again; may be given several times.", HelpName = "PUB", DefaultValueFactory = _ => [] };
        var root = new Option<string?>("--root") { Description = "The private root key, whose public one the devices pin (updates.root_key).", HelpName = "FILE", Required = true };
        var output = new Option<string>("--output", "-o") { Description = $"Folder for {ManifestFile}; signing into it again adds one to the version.", HelpName = "OUT", Required = true };
        var version = new Option<long>("--version-number") { Description = "Version; without it one more than that in OUT.", HelpName = "N" };
        var valid = OwnerArguments.Duration("--valid", "How long it may be taken; 365d without it.");
        var command = new System.CommandLine.Command("sign", "Signs the keys that the devices of a site trust.") { keys, revoked, root, output, OwnerArguments.Site, version, valid };
        command.SetAction(parsed =>
        {
            var options = OwnerArguments.Load(parsed).Mqtt;
            using var signer = OwnerArguments.LoadKey(parsed, root);
            var path = Path.Combine(Directory.CreateDirectory(parsed.GetValue(output)!).FullName, ManifestFile);
            var now = TimeProvider.System.GetUtcNow();
            var manifest = new KeysManifest
            {
                Site = options.Site,
                Devices = ["*"],
                Version = parsed.GetValue(version) is > 0 and var given ? given : (File.Exists(path) ? KeysManifest.Parse(File.ReadAllBytes(path)).Version : 0) + 1,
                Issued = now,
                Expires = now + (OwnerArguments.DurationOf(parsed, valid) ?? TimeSpan.FromDays(365)),
                Keys = [.. parsed.GetValue(keys)!.Select(TrustedKeys.ReadKey), .. parsed.GetValue(revoked)!.Select(file => TrustedKeys.ReadKey(file) with { Revoked = true })],
            };
            SignedDocument.Sign(KeysManifest.Parse(manifest.ToJson()).ToJson(), signer).Write(path);
            Console.WriteLine($"version {manifest.Version}\t{string.Join(", ", manifest.Keys.Select(key => key.Revoked ? $"{key.Id} revoked" : key.Id))}\t{path}");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary><c>keys push OUT</c>.</summary>
    public static System.CommandLine.Command Push()
    {
        var folder = new Argument<string>("OUT") { Description = "What `keys sign` wrote." };
        var command = new System.CommandLine.Command("push", "Publishes signed keys; every device of their site takes them.") { folder, OwnerArguments.Broker };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = OwnerArguments.Load(parsed).Mqtt;
            var path = Path.Combine(parsed.GetValue(folder)!, ManifestFile);
            if (!File.Exists(path))
            {
                throw new CommandFailure(ExitCode.Failed, $"{parsed.GetValue(folder)}: no {ManifestFile} in it; expected a folder that `keys sign` wrote.");
            }

            var document = SignedDocument.Read(path);
            var manifest = KeysManifest.Parse(document.Payload);
            await OwnerArguments.WithBrokerAsync(options, async () =>
            {
                await using var session = await OwnerSession.ConnectAsync(options with { Site = manifest.Site }, cancellation).ConfigureAwait(false);
                await session.PublishAsync(new Topics(options.Prefix, manifest.Site, options.DeviceName).Desired("keys"), document, retain: true, TimeSpan.Zero, cancellation).ConfigureAwait(false);
                await session.DisconnectAsync(cancellation).ConfigureAwait(false);
                return 0;
            }, cancellation).ConfigureAwait(false);
            Console.WriteLine($"{manifest.Site}\tkeys version {manifest.Version}");
            return ExitCode.Done;
        });
        return command;
    }
}
