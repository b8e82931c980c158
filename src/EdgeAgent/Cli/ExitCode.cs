namespace ShiTu.EdgeAgent.Cli;

/// <summary>Exit codes (contract 3).</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Failed.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage.</summary>
    public const int Usage = 2;

    /// <summary>The configuration is refused.</summary>
    public const int Configuration = 3;

    /// <summary>Some inputs were unreadable; the rest was done, each is named on stderr.</summary>
    public const int SomeUnreadable = 4;

    /// <summary>Model or gallery does not fit.</summary>
    public const int DoesNotFit = 5;

    /// <summary>No permission or no space.</summary>
    public const int Storage = 6;

    /// <summary>Interrupted.</summary>
    public const int Interrupted = 130;
}
