namespace ShiTu.EdgeAgent.Capture;

/// <summary>What kind of source an address names.</summary>
internal enum SourceKind
{
    /// <summary>A network camera or stream, through ffmpeg.</summary>
    Stream,

    /// <summary>A V4L2 device, through ffmpeg.</summary>
    Device,

    /// <summary>A video file, through ffmpeg.</summary>
    Video,

    /// <summary>A folder, a list, or one picture.</summary>
    Pictures,

    /// <summary>The drawn belt.</summary>
    Demo,

    /// <summary>Frames made in memory, for measuring.</summary>
    Synthetic,
}
