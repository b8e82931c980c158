using Microsoft.Extensions.Logging;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>What taking a manifest has to say to the log, whatever its kind.</summary>
internal static partial class UpdateLog
{
    /// <summary>It is refused.</summary>
    [LoggerMessage(Level = LogLevel.Warning, Message = "The update {Reference} is refused ({Check}): {Reason}")]
    public static partial void Refused(ILogger log, string reference, string check, string reason);

    /// <summary>A gallery is in use.</summary>
    [LoggerMessage(Level = LogLevel.Information, Message = "Gallery generation {Generation} with {Items} items is in use; {Written} written, {Removed} removed.")]
    public static partial void GalleryApplied(ILogger log, long generation, int items, int written, int removed);

    /// <summary>A gallery gave way to the one before.</summary>
    [LoggerMessage(Level = LogLevel.Error, Message = "Gallery generation {Broken} does not load: {Why} Generation {Generation} is in use again.")]
    public static partial void GalleryFellBack(ILogger log, long broken, long generation, string why);

    /// <summary>A step on the way to a model set.</summary>
    [LoggerMessage(Level = LogLevel.Information, Message = "Models generation {Generation}: {Step}")]
    public static partial void ModelStep(ILogger log, long generation, string step);
}
