using Microsoft.Extensions.Configuration;

namespace ShiTu.EdgeAgent.Configuration;

/// <summary>
/// Where settings come from, later ones win: <c>appsettings.json</c>, <c>conf.d/*.json</c> in order of name, environment <c>SHITU__A__B</c>, <c>--set a.b=c</c>.
/// </summary>
internal static class ConfigurationSources
{
    /// <summary>The folder of a packaged installation.</summary>
    public const string SystemFolder = "/etc/shitu-edge";

    private const string EnvironmentPrefix = "SHITU__";

    /// <summary>Reads every source, in rising order of precedence.</summary>
    /// <param name="file">The main file, or null for <see cref="SystemFolder"/>'s, where there is one.</param>
    /// <param name="overrides"><c>key=value</c> texts of the command line.</param>
    /// <exception cref="ConfigurationException">A file is missing or no JSON, or an override has no <c>=</c>.</exception>
    public static IReadOnlyList<ConfigurationValue> Read(string? file, IEnumerable<string> overrides)
    {
        var values = new List<ConfigurationValue>();
        var main = file ?? Path.Combine(SystemFolder, "appsettings.json");
        if (file is not null && !File.Exists(file))
        {
            throw new ConfigurationException([$"{file}: no such file; give --config a JSON file, or leave it out for {SystemFolder}/appsettings.json."]);
        }

        if (File.Exists(main))
        {
            ReadFile(main, values);
            ReadFolder(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(main))!, "conf.d"), values);
        }

        ReadEnvironment(values);
        foreach (var text in overrides)
        {
            var split = text.IndexOf('=', StringComparison.Ordinal);
            if (split < 1)
            {
                throw new ConfigurationException([$"--set {text}: expected key=value, such as --set mqtt.host=localhost."]);
            }

            values.Add(new ConfigurationValue(text[..split].Replace(':', '.'), text[(split + 1)..], "--set"));
        }

        return values;
    }

    private static void ReadFolder(string folder, List<ConfigurationValue> values)
    {
        if (Directory.Exists(folder))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
            {
                ReadFile(file, values);
            }
        }
    }

    private static void ReadFile(string file, List<ConfigurationValue> values)
    {
        try
        {
            var root = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file), optional: false).Build();
            Collect(root, file, values);
        }
        catch (Exception error) when (error is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            var cause = error.InnerException is { } inner ? inner.InnerException?.Message ?? inner.Message : error.Message;
            throw new ConfigurationException([$"{file}: not readable as JSON with comments: {cause}"]);
        }
    }

    private static void ReadEnvironment(List<ConfigurationValue> values)
    {
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            var name = (string)entry.Key;
            if (name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase))
            {
                values.Add(new ConfigurationValue(name[EnvironmentPrefix.Length..].Replace("__", ".", StringComparison.Ordinal), (string?)entry.Value ?? "", $"environment {name}"));
            }
        }
    }

    private static void Collect(IConfiguration section, string origin, List<ConfigurationValue> values)
    {
        foreach (var child in section.GetChildren())
        {
            if (child.Value is not null)
            {
                values.Add(new ConfigurationValue(child.Path.Replace(':', '.'), child.Value, origin));
            }

            Collect(child, origin, values);
        }
    }
}
