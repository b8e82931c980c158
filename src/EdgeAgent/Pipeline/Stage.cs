namespace ShiTu.EdgeAgent.Pipeline;

/// <summary>Stages of a frame whose time is measured.</summary>
internal enum Stage
{
    /// <summary>From the last byte of the frame to the begin of its work.</summary>
    Capture,

    /// <summary>Change gate.</summary>
    Gate,

    /// <summary>Preparation, detector, decoding.</summary>
    Detect,

    /// <summary>Crops and feature model.</summary>
    Embed,

    /// <summary>Gallery.</summary>
    Search,

    /// <summary>Tracks, votes, events.</summary>
    Track,

    /// <summary>From the last byte of the frame to its events.</summary>
    Total,
}
