namespace ShiTu.EdgeAgent.Cli;

/// <summary>Talk goes to stderr, data to stdout. Colour only on a terminal, and never with <c>NO_COLOR</c>.</summary>
internal static class Terminal
{
    private const string Reset = "\e[0m";

    /// <summary>True where stderr is a terminal that may be redrawn.</summary>
    public static bool Interactive { get; } = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null);

    private static bool ErrorColour { get; } = Interactive && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    private static bool DataColour { get; } = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Says something to the person.</summary>
    public static void Say(string text) => Console.Error.WriteLine(text);

    /// <summary>Says what went wrong.</summary>
    public static void Error(string text) => Console.Error.WriteLine(ErrorColour ? $"\e[31merror:{Reset} {text}" : $"error: {text}");

    /// <summary>Says what is doubtful.</summary>
    public static void Warn(string text) => Console.Error.WriteLine(ErrorColour ? $"\e[33mwarning:{Reset} {text}" : $"warning: {text}");

    /// <summary>Colours a piece of data for a person; plain where stdout is no terminal.</summary>
    public static string Paint(string text, Paint paint) => DataColour ? $"\e[{(int)paint}m{text}{Reset}" : text;
}

/// <summary>Colours of data.</summary>
internal enum Paint
{
    /// <summary>Stands out.</summary>
    Bold = 1,

    /// <summary>Stands back.</summary>
    Faint = 2,

    /// <summary>Wrong.</summary>
    Red = 31,

    /// <summary>Right.</summary>
    Green = 32,

    /// <summary>Doubtful.</summary>
    Yellow = 33,
}
