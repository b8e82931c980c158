using System.CommandLine;

namespace ShiTu.EdgeAgent.Cli;

/// <summary><c>shitu-edge VERB …</c>: parses, runs the verb, and turns failures into exit codes.</summary>
internal static class CommandLine
{
    /// <summary>Runs the program.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Recognises the products on a shop checkout: cameras in, events out over MQTT.");
        SharedOptions.AddTo(root);
        root.Subcommands.Add(RunVerb.Create());
        root.Subcommands.Add(RecognizeVerb.Create());
        root.Subcommands.Add(GalleryVerb.Create());
        root.Subcommands.Add(ModelsVerb.Create());
        root.Subcommands.Add(KeysVerb.Create());
        root.Subcommands.Add(CommandVerb.Create());
        root.Subcommands.Add(OutboxVerb.Create());
        root.Subcommands.Add(StatusVerb.Create());
        root.Subcommands.Add(DoctorVerb.Create());
        root.Subcommands.Add(ConfigVerb.Create());
        root.Subcommands.Add(ModelVerb.Create());
        root.Subcommands.Add(CameraVerb.Create());
        root.Subcommands.Add(BenchVerb.Create());

        var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                Terminal.Error(error.Message);
            }

            Terminal.Say($"See `shitu-edge {string.Join(' ', Verbs(parsed).Reverse())} --help`.".Replace("  ", " ", StringComparison.Ordinal));
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            return FailureReport.Write(error);
        }
    }

    private static IEnumerable<string> Verbs(ParseResult parsed)
    {
        for (var command = parsed.CommandResult; command is not null; command = command.Parent as System.CommandLine.Parsing.CommandResult)
        {
            if (command.Command is not RootCommand)
            {
                yield return command.Command.Name;
            }
        }
    }
}
