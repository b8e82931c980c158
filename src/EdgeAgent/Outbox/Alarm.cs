namespace ShiTu.EdgeAgent.Outbox;

/// <summary>How bad it is.</summary>
internal enum AlarmSeverity
{
    /// <summary>It is over.</summary>
    Cleared,

    /// <summary>Somebody should look when there is time.</summary>
    Warning,

    /// <summary>The device does not do its work.</summary>
    Critical,
}

/// <summary>Something a person must know: a camera dead, the disk nearly full, an update refused.</summary>
/// <param name="Name">Stable name in snake_case, as <c>camera_dead</c>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Text">What happened, where, and what would be right.</param>
/// <param name="Since">Since when.</param>
internal sealed record Alarm(string Name, AlarmSeverity Severity, string Text, DateTimeOffset Since);
