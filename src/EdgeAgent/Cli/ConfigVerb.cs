using System.CommandLine;
using System.Text.Json;
using ShiTu.EdgeAgent.Configuration;

namespace ShiTu.EdgeAgent.Cli;

/// <summary><c>config check|show</c>.</summary>
internal static class ConfigVerb
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var check = new Command("check", "Checks the configuration and says every finding with its key and origin.");
        check.SetAction(parsed =>
        {
            SharedOptions.Load(parsed);
            Terminal.Say("The configuration is good.");
            return ExitCode.Done;
        });

        var all = new Option<bool>("--all") { Description = "Also the values that are defaults." };
        var show = new Command("show", "Shows the settings in force and where each came from; passwords are hidden.") { all };
        show.SetAction(parsed => Show(SharedOptions.Load(parsed), parsed.GetValue(all), parsed.GetValue(SharedOptions.Json)));
        return new Command("config", "Checks or shows the configuration.") { check, show };
    }

    private static int Show(BoundConfiguration bound, bool all, bool json)
    {
        var values = bound.Values().Where(value => all || json || value.Origin != "default").ToList();
        if (json)
        {
            using var output = Console.OpenStandardOutput();
            using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
            writer.WriteStartObject();
            foreach (var (path, value, origin) in values)
            {
                writer.WriteStartObject(path);
                writer.WriteString("value", value);
                writer.WriteString("origin", origin);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            return ExitCode.Done;
        }

        var width = values.Select(value => value.Path.Length + value.Value.Length + 3).DefaultIfEmpty(0).Max();
        foreach (var (path, value, origin) in values)
        {
            Console.WriteLine($"{$"{path} = {value}".PadRight(Math.Min(width, 90))}  {Terminal.Paint(origin, Paint.Faint)}");
        }

        if (values.Count == 0)
        {
            Terminal.Say("Every setting is its default; --all shows them.");
        }

        return ExitCode.Done;
    }
}
