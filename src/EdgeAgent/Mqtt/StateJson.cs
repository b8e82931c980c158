using System.Text.Json;
using ShiTu.EdgeAgent.Events;

namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>The JSON of the retained states (contract 1).</summary>
internal static class StateJson
{
    /// <summary>The device: <c>online</c>, <c>stopped</c> or <c>offline</c>.</summary>
    public static byte[] Device(string state, DeviceIdentity identity, IReadOnlyList<string> degraded) => PayloadWriter.Object((state, identity, degraded), static (json, value) =>
    {
        json.WriteString("state", value.state);
        json.WriteString("boot", value.identity.Boot);
        json.WriteString("version", value.identity.Version);
        json.Time("since", value.identity.Since);
        json.WriteStartArray("degraded");
        foreach (var reason in value.degraded)
        {
            json.WriteStringValue(reason);
        }

        json.WriteEndArray();
    });

    /// <summary>A camera.</summary>
    public static byte[] Camera(CameraStatus camera) => PayloadWriter.Object(camera, static (json, value) =>
    {
        json.WriteString("state", value.State);
        json.Optional("reason", value.Reason);
        json.Time("since", value.Since);
        json.WriteNumber("fps", float.IsFinite(value.Fps) ? MathF.Round(value.Fps, 1) : 0f);
        json.WriteNumber("dropped", value.Dropped);
        json.WriteNumber("restarts", value.Restarts);
    });

    /// <summary>The gallery.</summary>
    public static byte[] Gallery(GalleryStatus gallery) => PayloadWriter.Object(gallery, static (json, value) =>
    {
        json.WriteNumber("generation", value.Generation);
        json.WriteString("content_hash", value.ContentHash);
        json.WriteNumber("items", value.Items);
        json.WriteNumber("views", value.Views);
        json.WriteNumber("local_items", value.LocalItems);
        json.WriteString("model", value.Model);
        json.Time("built", value.Built);
        json.Optional("previous", value.Previous);
    });
}
