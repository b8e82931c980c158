using ShiTu.EdgeAgent.Capture;

namespace ShiTu.EdgeAgent.Configuration;

/// <summary>Keeps passwords out of what <c>config show</c> and the log say of settings.</summary>
internal static class Secrets
{
    /// <summary>The value as it may be shown.</summary>
    public static string Redact(string path, string value) =>
        path.EndsWith("password", StringComparison.Ordinal) && value.Length > 0 ? "***" : value.Contains("://", StringComparison.Ordinal) ? new UrlSecrets(value).Hide(value) : value;
}
