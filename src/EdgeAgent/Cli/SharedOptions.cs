using System.CommandLine;
using ShiTu.EdgeAgent.Configuration;

namespace ShiTu.EdgeAgent.Cli;

/// <summary>Options of every verb.</summary>
internal static class SharedOptions
{
    private static readonly Option<string?> Config = new("--config", "-c")
    {
        Description = $"Configuration file; without it {ConfigurationSources.SystemFolder}/appsettings.json where there is one.",
        Recursive = true,
        HelpName = "FILE",
    };

    private static readonly Option<string[]> Set = new("--set")
    {
        Description = "One setting, such as --set mqtt.host=localhost; may be given several times.",
        Recursive = true,
        HelpName = "KEY=VALUE",
        DefaultValueFactory = _ => [],
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>Machine-readable output.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON instead of a table.", Recursive = true };

    /// <summary>Adds them to the root.</summary>
    public static void AddTo(RootCommand root)
    {
        root.Options.Add(Config);
        root.Options.Add(Set);
        root.Options.Add(Json);
    }

    /// <summary>Reads and checks the configuration the command line points at.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="more">Settings of the verb itself; they win.</param>
    /// <exception cref="ConfigurationException">It is refused.</exception>
    public static BoundConfiguration Load(ParseResult parsed, params IEnumerable<string> more) =>
        ConfigurationBinder.Bind(ConfigurationSources.Read(parsed.GetValue(Config), [.. parsed.GetValue(Set) ?? [], .. more]));
}
