using Microsoft.Data.Sqlite;
using ShiTu.EdgeAgent.Configuration;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.Outbox;
using ShiTu.Index.Gallery;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Imaging;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.Cli;

/// <summary>One place that turns any failure into an exit code and a message a person can act on.</summary>
internal static class FailureReport
{
    private const int SqliteFull = 13;
    private const int SqliteReadOnly = 8;
    private const int SqliteCannotOpen = 14;
    private const int NoSpace = 28;

    /// <summary>Writes the message to stderr.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(Exception error)
    {
        var (code, message) = Explain(error);
        Terminal.Error(message);
        return code;
    }

    /// <summary>The exit code and message of a failure.</summary>
    public static (int ExitCode, string Message) Explain(Exception error) => error switch
    {
        CommandFailure failure => (failure.ExitCode, failure.Message),
        ConfigurationException configuration => (ExitCode.Configuration, configuration.Message),
        ModelException or InferenceException => (ExitCode.DoesNotFit, error.Message),
        GalleryException { Fault: GalleryFault.Storage } => (ExitCode.Storage, error.Message),
        GalleryException { Fault: GalleryFault.OtherModel or GalleryFault.Corrupt } => (ExitCode.DoesNotFit, error.Message),
        GalleryException => (ExitCode.Failed, error.Message),
        PictureFormatException => (ExitCode.SomeUnreadable, error.Message),
        SqliteException { SqliteErrorCode: SqliteFull or SqliteReadOnly or SqliteCannotOpen } => (ExitCode.Storage, $"The database cannot be written: {error.Message}"),
        UnauthorizedAccessException => (ExitCode.Storage, $"No permission: {error.Message}"),
        IOException io when (io.HResult & 0xffff) == NoSpace => (ExitCode.Storage, $"No space left: {error.Message}"),
        FileNotFoundException or DirectoryNotFoundException => (ExitCode.Failed, error.Message),
        InvalidDataException or RefusedException or OutboxException => (ExitCode.Failed, error.Message),
        OperationCanceledException => (ExitCode.Interrupted, "Interrupted."),
        AggregateException { InnerExceptions: [var only] } => Explain(only),
        _ => (ExitCode.Failed, $"{error.Message} ({error.GetType().Name})"),
    };
}
