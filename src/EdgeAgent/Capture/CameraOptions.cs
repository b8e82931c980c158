using System.Text.Json.Serialization;
using ShiTu.DemoScene;
using ShiTu.EdgeAgent.Mqtt;

namespace ShiTu.EdgeAgent.Capture;

/// <summary>A camera, or anything else that frames come from.</summary>
internal sealed record CameraOptions
{
    /// <summary>Name in topics and events: 1 to 64 of a-z, 0-9, _ and -.</summary>
    public string Name { get; init; } = "";

    /// <summary>False leaves it out.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>
    /// <c>rtsp://…</c>, <c>http://…</c>, <c>/dev/video0</c>, a video file, a folder of pictures, a list of pictures, a picture, <c>demo:</c>, or <c>synthetic:1280x720@30</c> (<c>#1000</c> behind it for so many frames).
    /// </summary>
    public string Source { get; init; } = "";

    /// <summary>User name for the source, where it is not in the URL.</summary>
    public string UserName { get; init; } = "";

    /// <summary>File with the password (its first line); it never shows in a log, an event or a list of processes.</summary>
    public string PasswordFile { get; init; } = "";

    /// <summary>Wider frames are scaled down to this width before anything else, pixels; 0 leaves them.</summary>
    public int MaxWidth { get; init; } = 1920;

    /// <summary>More frames a second of a live source are dropped before they are copied; 0 takes all.</summary>
    public double MaxFps { get; init; } = 15;

    /// <summary>V4L2: frame size wanted, such as <c>1280x720</c>; empty takes the device's.</summary>
    public string CaptureSize { get; init; } = "";

    /// <summary>V4L2: pixel format wanted, such as <c>mjpeg</c>; empty takes the device's.</summary>
    public string CaptureFormat { get; init; } = "";

    /// <summary>Plays a video file, the demo or synthetic frames at their own pace, and drops what comes too fast, as a camera would.</summary>
    public bool Realtime { get; init; }

    /// <summary>Starts a video file again at its end, forever.</summary>
    public bool Loop { get; init; }

    /// <summary>Pictures of folders and lists are scenes of their own: one look, one <c>confirmed</c> each. False takes them for the frames of one scene.</summary>
    public bool Scenes { get; init; } = true;

    /// <summary>No frame for so long: the camera counts as dead and is started again.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a start may take until the first frame.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait before the first new start.</summary>
    public TimeSpan RestartMin { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest wait before a new start.</summary>
    public TimeSpan RestartMax { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The drawn belt of <c>demo:</c>.</summary>
    [JsonIgnore]
    public SceneOptions Demo { get; init; } = new();

    /// <summary>What is wrong, each with its key.</summary>
    public IEnumerable<string> Validate(string path)
    {
        if (!TopicName.IsValid(Name))
        {
            yield return $"{path}.name: expected 1 to 64 of a-z, 0-9, _ and -, not '{Name}'.";
        }

        if (SourceAddress.Check(Source) is { } wrong)
        {
            yield return $"{path}.source: {wrong}";
        }

        if (PasswordFile.Length > 0 && UserName.Length == 0)
        {
            yield return $"{path}.user_name: a password needs a user name.";
        }

        if (MaxWidth != 0 && MaxWidth is < 32 or > 16384)
        {
            yield return $"{path}.max_width: expected 0 (as it is) or 32 to 16384, not {MaxWidth}.";
        }

        if (!(MaxFps is >= 0 and <= 1000))
        {
            yield return $"{path}.max_fps: expected 0 (all) to 1000, not {MaxFps}.";
        }

        if (CaptureSize.Length > 0 && !SourceAddress.TryParseSize(CaptureSize, out _, out _))
        {
            yield return $"{path}.capture_size: expected width x height such as 1280x720, not '{CaptureSize}'.";
        }

        foreach (var (key, value) in new[] { ("silence", Silence), ("start_timeout", StartTimeout), ("restart_min", RestartMin), ("restart_max", RestartMax) })
        {
            if (value < TimeSpan.FromMilliseconds(10) || value > TimeSpan.FromHours(1))
            {
                yield return $"{path}.{key}: expected 10ms to 1h, not {value:c}.";
            }
        }

        if (RestartMin > RestartMax)
        {
            yield return $"{path}.restart_min: expected no more than {path}.restart_max.";
        }
    }
}
