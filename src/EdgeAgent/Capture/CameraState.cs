namespace ShiTu.EdgeAgent.Capture;

/// <summary>State of a camera (contract 1).</summary>
internal enum CameraStatus
{
    /// <summary>It was started and has not sent a frame yet.</summary>
    Starting,

    /// <summary>Frames come.</summary>
    Running,

    /// <summary>It gives none; it is started again and again.</summary>
    Failed,

    /// <summary>It is at its end, or was stopped on purpose.</summary>
    Stopped,
}

/// <summary>What is known of a camera.</summary>
/// <param name="Camera">Its name.</param>
/// <param name="Status">State.</param>
/// <param name="Reason">Why, without secrets; null where nothing needs explaining.</param>
/// <param name="Since">Wall clock since when.</param>
/// <param name="Fps">Frames a second, lately.</param>
/// <param name="Dropped">Frames dropped since the program's start because a newer one came.</param>
/// <param name="Restarts">Restarts since the program's start.</param>
internal sealed record CameraState(string Camera, CameraStatus Status, string? Reason, DateTimeOffset Since, double Fps, long Dropped, long Restarts);
