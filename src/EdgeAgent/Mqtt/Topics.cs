namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>The topics of a device and its site (contract 1).</summary>
internal sealed class Topics(string prefix, string site, string device)
{
    /// <summary><c>P</c>: what every topic of the device begins with.</summary>
    public string Device { get; } = $"{prefix}/{site}/{device}";

    /// <summary>What every topic of the site begins with.</summary>
    public string Site { get; } = $"{prefix}/{site}";

    /// <summary><c>P/status</c>.</summary>
    public string Status => $"{Device}/status";

    /// <summary><c>P/gallery</c>.</summary>
    public string Gallery => $"{Device}/gallery";

    /// <summary><c>P/metrics</c>.</summary>
    public string Metrics => $"{Device}/metrics";

    /// <summary><c>P/receipts</c>.</summary>
    public string Receipts => $"{Device}/receipts";

    /// <summary>All commands of the device.</summary>
    public string Commands => Command("+");

    /// <summary>What every topic begins with that answers of commands may be asked to go to.</summary>
    public string Replies => $"{Site}/replies/";

    /// <summary>The desired gallery of the site.</summary>
    public string DesiredGallery => Desired("gallery");

    /// <summary>The topics of the options.</summary>
    public static Topics Of(MqttOptions options) => new(options.Prefix, options.Site, options.DeviceName);

    /// <summary><c>P/cameras/{camera}</c>.</summary>
    public string Camera(string camera) => $"{Device}/cameras/{camera}";

    /// <summary><c>P/live/{camera}</c>.</summary>
    public string Live(string camera) => $"{Device}/live/{camera}";

    /// <summary><c>P/pictures/{event id}</c>.</summary>
    public string Picture(string eventId) => $"{Device}/pictures/{eventId}";

    /// <summary>A command of the device.</summary>
    public string Command(string name) => $"{Device}/commands/{name}";

    /// <summary>A desired state of the site: <c>gallery</c>, <c>models</c> or <c>keys</c>.</summary>
    public string Desired(string what) => $"{Site}/desired/{what}";

    /// <summary>A chunk of the site.</summary>
    public string Chunk(string sha256) => $"{Site}/chunks/{sha256}";
}
