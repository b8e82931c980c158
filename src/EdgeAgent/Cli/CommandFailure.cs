namespace ShiTu.EdgeAgent.Cli;

/// <summary>A verb that ends with a code and one message; nothing else is printed.</summary>
internal sealed class CommandFailure(int exitCode, string message) : Exception(message)
{
    /// <summary>One of <see cref="Cli.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
