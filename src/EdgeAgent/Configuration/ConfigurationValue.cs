namespace ShiTu.EdgeAgent.Configuration;

/// <summary>A value as somebody wrote it, and where.</summary>
/// <param name="Key">The key as written, segments joined by dots.</param>
/// <param name="Value">The text of the value.</param>
/// <param name="Origin">File, variable or command-line option.</param>
internal sealed record ConfigurationValue(string Key, string Value, string Origin);
