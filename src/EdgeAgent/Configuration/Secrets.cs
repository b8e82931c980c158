using System.Text.RegularExpressions;

namespace ShiTu.EdgeAgent.Configuration;

/// <summary>Keeps passwords out of everything that is shown: logs, events, <c>config show</c>.</summary>
internal static partial class Secrets
{
    /// <summary>The value as it may be shown: passwords hidden, in URLs too.</summary>
    public static string Redact(string path, string value) =>
        path.EndsWith("password", StringComparison.Ordinal) && value.Length > 0 ? "***" : RedactUrl(value);

    /// <summary>Hides user and password of every URL in a text.</summary>
    public static string RedactUrl(string text) => UserInfo().Replace(text, "$1***@");

    [GeneratedRegex(@"([a-zA-Z][a-zA-Z0-9+.\-]*://)[^/\s@]*(?:@[^/\s@]*)*@")]
    private static partial Regex UserInfo();
}
