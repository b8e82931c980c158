using System.CommandLine;
using System.Text;
using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.GalleryUpdates;

namespace ShiTu.EdgeAgent.Cli;

/// <summary><c>keys new|show|sign|push</c>: the keys that sign updates and commands.</summary>
internal static class KeysVerb
{
    /// <summary>Builds the verb.</summary>
    public static System.CommandLine.Command Create() => new("keys", "Makes, shows and changes the keys that sign gallery updates and commands.") { New(), Show(), KeysManifestVerbs.Sign(), KeysManifestVerbs.Push() };

    private static System.CommandLine.Command New()
    {
        var file = new Argument<string>("FILE") { Description = "Where the private key goes (mode 0600); the public one goes beside it as FILE.pub." };
        var command = new System.CommandLine.Command("new", "Makes a key: ECDSA P-256. A file that is there is never overwritten.") { file };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!;
            using var key = SigningKey.New();
            try
            {
                key.Save(path);
            }
            catch (DirectoryNotFoundException)
            {
                throw new CommandFailure(ExitCode.Failed, $"{path}: the folder {Path.GetDirectoryName(Path.GetFullPath(path))} is not there; make it first, readable by you alone.");
            }
            catch (IOException) when (File.Exists(path) || File.Exists(path + SigningKey.PublicEnding))
            {
                throw new CommandFailure(ExitCode.Failed, $"{path}: this key, or {path}{SigningKey.PublicEnding}, is there already, and a key is never overwritten; choose another name, or `keys show {path}`.");
            }

            Write(parsed, key.Id, "private", path);
            Terminal.Say($"Keep {path} where only you can read it; devices get {path}{SigningKey.PublicEnding} (updates.trusted_keys).");
            return ExitCode.Done;
        });
        return command;
    }

    private static System.CommandLine.Command Show()
    {
        var files = new Argument<string[]>("FILE") { Description = "Key files, private or public; without any those of updates.trusted_keys.", Arity = ArgumentArity.ZeroOrMore };
        var command = new System.CommandLine.Command("show", "Shows the ids of keys.") { files };
        command.SetAction(parsed =>
        {
            var named = parsed.GetValue(files)!;
            var paths = named.Length > 0 ? named : [.. SharedOptions.Load(parsed).Options.Updates.TrustedKeys.SelectMany(TrustedKeys.FilesOf)];
            foreach (var path in paths)
            {
                var isPrivate = File.Exists(path) && File.ReadAllText(path).Contains("PRIVATE KEY-----", StringComparison.Ordinal);
                Write(parsed, isPrivate ? IdOfPrivate(path) : TrustedKeys.ReadKey(path).Id, isPrivate ? "private" : "public", path);
            }

            if (paths.Length == 0)
            {
                Terminal.Say("No key is trusted here: updates.trusted_keys is empty, and no update or command is taken.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static string IdOfPrivate(string path)
    {
        using var key = SigningKey.Load(path);
        return key.Id;
    }

    private static void Write(ParseResult parsed, string id, string kind, string path) => Console.WriteLine(parsed.GetValue(SharedOptions.Json)
        ? Encoding.UTF8.GetString(PayloadWriter.Object((id, kind, path), static (json, key) =>
        {
            json.WriteString("kid", key.id);
            json.WriteString("kind", key.kind);
            json.WriteString("file", key.path);
        }))
        : $"{id}\t{kind}\t{path}");
}
