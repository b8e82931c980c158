namespace ShiTu.EdgeAgent.Configuration;

/// <summary>A configuration that is refused: every finding, each with its key, its origin, and what would be right.</summary>
internal sealed class ConfigurationException(IReadOnlyList<string> findings) : Exception(string.Join(Environment.NewLine, findings))
{
    /// <summary>One line a finding.</summary>
    public IReadOnlyList<string> Findings { get; } = findings;
}
