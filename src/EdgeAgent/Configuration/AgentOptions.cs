using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.ModelUpdates;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Outbox;
using ShiTu.EdgeAgent.Pipeline;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.EdgeAgent.Tracking;
using ShiTu.Index.Generations;

namespace ShiTu.EdgeAgent.Configuration;

/// <summary>Every setting of the agent, with its default.</summary>
internal sealed record AgentOptions
{
    /// <summary>Gallery, outbox and chunks; empty takes <c>$STATE_DIRECTORY</c>, then <c>~/.local/state/shitu-edge</c>.</summary>
    public string StateDirectory { get; init; } = "";

    /// <summary>Where <c>status</c> finds the running service; empty takes <c>$RUNTIME_DIRECTORY</c>, then the state directory.</summary>
    public string RuntimeDirectory { get; init; } = "";

    /// <summary>Lowest level that is logged: trace, debug, information, warning, error.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Models and engine.</summary>
    public ModelOptions Models { get; init; } = new();

    /// <summary>Cameras and other sources.</summary>
    public IReadOnlyList<CameraOptions> Cameras { get; init; } = [];

    /// <summary>Workers and frames.</summary>
    public PipelineOptions Pipeline { get; init; } = new();

    /// <summary>Boxes to verdicts.</summary>
    public RecognitionOptions Recognition { get; init; } = new();

    /// <summary>Looks to objects.</summary>
    public TrackingOptions Tracking { get; init; } = new();

    /// <summary>Search.</summary>
    public IndexOptions Index { get; init; } = new();

    /// <summary>Broker and topics.</summary>
    public MqttOptions Mqtt { get; init; } = new();

    /// <summary>Events that wait for the broker.</summary>
    public OutboxOptions Outbox { get; init; } = new();

    /// <summary>Updates of gallery and models, and commands.</summary>
    public UpdateOptions Updates { get; init; } = new();

    /// <summary>The state directory in use.</summary>
    [JsonIgnore]
    public string StateFolder => First(StateDirectory, Environment.GetEnvironmentVariable("STATE_DIRECTORY"), Path.Combine(UserState, "shitu-edge"));

    /// <summary>The runtime directory in use.</summary>
    [JsonIgnore]
    public string RuntimeFolder => First(RuntimeDirectory, Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY"), StateFolder);

    /// <summary>Folder of compiled models, empty for none.</summary>
    [JsonIgnore]
    public static string CacheFolder => Environment.GetEnvironmentVariable("CACHE_DIRECTORY") ?? "";

    /// <summary>The gallery of the models in use.</summary>
    /// <exception cref="InvalidDataException">The file that names the model set cannot be read.</exception>
    [JsonIgnore]
    public string GalleryPath => new ModelSets(this).InUse.Gallery;

    /// <summary>The outbox.</summary>
    [JsonIgnore]
    public string OutboxPath => Path.Combine(StateFolder, "outbox.db");

    /// <summary>What a running service writes for <c>status</c>.</summary>
    [JsonIgnore]
    public string StatusPath => Path.Combine(RuntimeFolder, "status.json");

    private static string UserState => Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state
        ? state
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");

    /// <summary>What an element of a list is where nobody says otherwise.</summary>
    public static JsonNode? ElementDefaults(Type element) =>
        element == typeof(CameraOptions) ? JsonSerializer.SerializeToNode(new CameraOptions(), AgentJson.Default.CameraOptions) : null;

    /// <summary>What is wrong, each with its key.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (var finding in Models.Validate("models")
            .Concat(Cameras.SelectMany((camera, at) => camera.Validate($"cameras.{at}")))
            .Concat(Pipeline.Validate("pipeline"))
            .Concat(Recognition.Validate("recognition"))
            .Concat(Tracking.Validate("tracking"))
            .Concat(Mqtt.Validate("mqtt"))
            .Concat(Outbox.Validate("outbox"))
            .Concat(Updates.Validate("updates")))
        {
            yield return finding;
        }

        foreach (var twice in Cameras.GroupBy(camera => camera.Name).Where(group => group.Count() > 1))
        {
            yield return $"cameras: the name '{twice.Key}' is there {twice.Count()} times; each camera needs its own.";
        }

        if (Index.Kind is not ("auto" or "exact" or "hnsw"))
        {
            yield return $"index.kind: expected auto, exact or hnsw, not '{Index.Kind}'.";
        }

        if (Index.Connectivity is < 2 or > 128 || Index.ExpansionAdd is < 1 or > 4096 || Index.ExpansionSearch is < 1 or > 4096 || Index.ExactUpTo < 0)
        {
            yield return "index: expected connectivity 2 to 128, expansion_add and expansion_search 1 to 4096, exact_up_to 0 or more.";
        }
    }

    private static string First(params ReadOnlySpan<string?> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (!string.IsNullOrEmpty(candidate))
            {
                return candidate;
            }
        }

        return "";
    }
}
