using System.Text.Json;
using ShiTu.EdgeAgent.Events;

namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>Announces the device to Home Assistant (its MQTT device discovery): connectivity, trouble, the gallery's size and what was seen last.</summary>
internal static class HomeAssistantDiscovery
{
    /// <summary>The topic it is retained on.</summary>
    public static string Topic(MqttOptions options) => $"{options.HomeAssistantPrefix}/device/{options.Prefix}_{options.Site}_{options.DeviceName}/config";

    /// <summary>The document.</summary>
    public static byte[] Document(MqttOptions options, Topics topics, DeviceIdentity identity) => PayloadWriter.Object((options, topics, identity), static (json, value) =>
    {
        var (options, topics, identity) = value;
        var id = $"{options.Prefix}_{options.Site}_{options.DeviceName}";
        json.WriteStartObject("device");
        json.WriteStartArray("identifiers");
        json.WriteStringValue(id);
        json.WriteEndArray();
        json.WriteString("name", $"{options.Site} {options.DeviceName}");
        json.WriteString("manufacturer", "ShiTu.Edge");
        json.WriteString("sw_version", identity.Version);
        json.WriteEndObject();
        json.WriteStartObject("origin");
        json.WriteString("name", "shitu-edge");
        json.WriteString("sw_version", identity.Version);
        json.WriteEndObject();
        json.WriteStartObject("components");
        Component(json, id, "connectivity", "Online", "binary_sensor", "connectivity", topics.Status, "{{ 'ON' if value_json.state == 'online' else 'OFF' }}");
        Component(json, id, "problem", "Problem", "binary_sensor", "problem", topics.Status, "{{ 'ON' if value_json.degraded | count > 0 else 'OFF' }}");
        Component(json, id, "items", "Gallery items", "sensor", null, topics.Gallery, "{{ value_json.items }}");
        Component(json, id, "last", "Last product", "sensor", null, $"{topics.Device}/events/+", "{{ value_json.label | default(value_json.decision) }}");
        json.WriteEndObject();
    });

    private static void Component(Utf8JsonWriter json, string id, string key, string name, string platform, string? deviceClass, string topic, string template)
    {
        json.WriteStartObject(key);
        json.WriteString("platform", platform);
        json.WriteString("unique_id", $"{id}_{key}");
        json.WriteString("name", name);
        json.Optional("device_class", deviceClass);
        json.WriteString("state_topic", topic);
        json.WriteString("value_template", template);
        json.WriteEndObject();
    }
}
