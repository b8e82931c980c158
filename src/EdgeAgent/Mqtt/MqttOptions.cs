using System.Text.Json.Serialization;

namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>Where events go and updates come from (contract 1).</summary>
internal sealed record MqttOptions
{
    /// <summary>False: events stay in the outbox, nothing connects.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>First level of every topic.</summary>
    public string Prefix { get; init; } = "shitu";

    /// <summary>The site's name, second level of every topic.</summary>
    public string Site { get; init; } = "site";

    /// <summary>The device's name, unique in its site; empty takes the machine's name.</summary>
    public string Device { get; init; } = "";

    /// <summary>Brokers in order of preference: <c>mqtts://host[:8883]</c> or <c>mqtt://host[:1883]</c>.</summary>
    public IReadOnlyList<string> Brokers { get; init; } = ["mqtt://127.0.0.1:1883"];

    /// <summary>Client identifier; empty makes <c>prefix-site-device</c>.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>User name; empty sends none.</summary>
    public string UserName { get; init; } = "";

    /// <summary>File of mode 0600 with the password, or the name of a systemd credential; empty sends none. Read again at every connection.</summary>
    public string PasswordFile { get; init; } = "";

    /// <summary>PEM file with the authorities that the broker's certificate must descend from; empty takes the system's.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>PEM file with the client certificate; empty sends none. A changed file is taken up without a restart.</summary>
    public string ClientCertificateFile { get; init; } = "";

    /// <summary>PEM file with the client certificate's key; empty where the certificate file holds it.</summary>
    public string ClientKeyFile { get; init; } = "";

    /// <summary>Allows <c>mqtt://</c> to hosts other than this one. Everything, passwords too, is then readable on the way.</summary>
    public bool AllowPlaintext { get; init; }

    /// <summary><c>auto</c> (5, then 3.1.1), <c>5</c> or <c>3.1.1</c>.</summary>
    public string Protocol { get; init; } = "auto";

    /// <summary>How long the broker keeps this device's session.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Longest silence before a ping.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long one broker is tried.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an acknowledgement is waited for before the connection counts as dead.</summary>
    public TimeSpan AcknowledgeTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>First wait after a failed round over all brokers.</summary>
    public TimeSpan BackoffMin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait after a failed round.</summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Events on their way at once.</summary>
    public int InFlight { get; init; } = 32;

    /// <summary>Most events a second, so that a backlog leaves room for what is live; 0 is no limit.</summary>
    public int EventsPerSecond { get; init; } = 400;

    /// <summary>Incoming messages the broker may send before one is acknowledged.</summary>
    public int ReceiveMaximum { get; init; } = 16;

    /// <summary>Largest incoming packet in bytes; one that is larger ends the connection before it is read.</summary>
    public int MaximumPacketSize { get; init; } = (1 << 20) + (64 << 10);

    /// <summary>Publishes boxes and verdicts of each frame.</summary>
    public bool Live { get; init; }

    /// <summary>Publishes a JPEG of each event's crop.</summary>
    public bool Pictures { get; init; }

    /// <summary>How often metrics are published.</summary>
    public TimeSpan MetricsInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Announces the device to Home Assistant.</summary>
    public bool HomeAssistant { get; init; }

    /// <summary>First level of Home Assistant's discovery topics.</summary>
    public string HomeAssistantPrefix { get; init; } = "homeassistant";

    /// <summary>The device's name in topics.</summary>
    [JsonIgnore]
    public string DeviceName => Device.Length > 0 ? Device : TopicName.From(Environment.MachineName);

    /// <summary>The client identifier in use.</summary>
    [JsonIgnore]
    public string EffectiveClientId => ClientId.Length > 0 ? ClientId : $"{Prefix}-{Site}-{DeviceName}";

    /// <summary>What is wrong, each with its key.</summary>
    public IEnumerable<string> Validate(string path)
    {
        foreach (var (key, value) in new[] { ("prefix", Prefix), ("site", Site), ("device", DeviceName) })
        {
            if (!TopicName.IsValid(value))
            {
                yield return $"{path}.{key}: expected 1 to 64 of a-z, 0-9, _ and -, not '{value}'.";
            }
        }

        if (Enabled && Brokers.Count == 0)
        {
            yield return $"{path}.brokers: expected at least one mqtts://host or mqtt://127.0.0.1 (or {path}.enabled: false).";
        }

        for (var i = 0; i < Brokers.Count; i++)
        {
            if (BrokerAddress.Check(Brokers[i], AllowPlaintext) is { } wrong)
            {
                yield return $"{path}.brokers.{i}: {wrong}";
            }
        }

        if (PasswordFile.Length > 0 && UserName.Length == 0)
        {
            yield return $"{path}.user_name: a password needs a user name.";
        }

        if (ClientKeyFile.Length > 0 && ClientCertificateFile.Length == 0)
        {
            yield return $"{path}.client_certificate_file: a key needs its certificate.";
        }

        if (Protocol is not ("auto" or "5" or "3.1.1"))
        {
            yield return $"{path}.protocol: expected auto, 5 or 3.1.1, not '{Protocol}'.";
        }

        if (InFlight is < 1 or > 1024)
        {
            yield return $"{path}.in_flight: expected 1 to 1024, not {InFlight}.";
        }

        if (EventsPerSecond is < 0 or > 1_000_000)
        {
            yield return $"{path}.events_per_second: expected 0 (no limit) to 1000000, not {EventsPerSecond}.";
        }

        if (ReceiveMaximum is < 1 or > 1024)
        {
            yield return $"{path}.receive_maximum: expected 1 to 1024, not {ReceiveMaximum}.";
        }

        if (MaximumPacketSize is < 4096 or > 64 << 20)
        {
            yield return $"{path}.maximum_packet_size: expected 4096 to 67108864, not {MaximumPacketSize}.";
        }

        if (!TopicName.IsValid(HomeAssistantPrefix))
        {
            yield return $"{path}.home_assistant_prefix: expected 1 to 64 of a-z, 0-9, _ and -, not '{HomeAssistantPrefix}'.";
        }

        foreach (var (key, value, most) in Times())
        {
            if (value < TimeSpan.FromMilliseconds(10) || value > most)
            {
                yield return $"{path}.{key}: expected 10ms to {most:c}, not {value:c}.";
            }
        }

        if (BackoffMin > BackoffMax)
        {
            yield return $"{path}.backoff_min: expected no more than {path}.backoff_max.";
        }
    }

    private (string Key, TimeSpan Value, TimeSpan Most)[] Times() =>
    [
        ("session_expiry", SessionExpiry, TimeSpan.FromDays(3650)),
        ("keep_alive", KeepAlive, TimeSpan.FromHours(1)),
        ("connect_timeout", ConnectTimeout, TimeSpan.FromMinutes(5)),
        ("acknowledge_timeout", AcknowledgeTimeout, TimeSpan.FromMinutes(10)),
        ("backoff_min", BackoffMin, TimeSpan.FromHours(1)),
        ("backoff_max", BackoffMax, TimeSpan.FromHours(1)),
        ("metrics_interval", MetricsInterval, TimeSpan.FromHours(1)),
    ];
}
