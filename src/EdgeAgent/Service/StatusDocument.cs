using System.Buffers;
using System.Text.Json;
using ShiTu.EdgeAgent.Capture;

namespace ShiTu.EdgeAgent.Service;

/// <summary>What is going on, as one JSON document: <c>status</c> shows it, <c>P/metrics</c> carries it.</summary>
internal static class StatusDocument
{
    /// <summary>Writes the document.</summary>
    public static byte[] Write(AgentRuntime agent, IReadOnlyList<string> degraded)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("state", degraded.Count == 0 ? "online" : "degraded");
            json.WriteStartArray("degraded");
            foreach (var reason in degraded)
            {
                json.WriteStringValue(reason);
            }

            json.WriteEndArray();
            json.WriteString("boot", agent.Identity.Boot);
            json.WriteString("version", agent.Identity.Version);
            json.WriteNumber("pid", Environment.ProcessId);
            json.WriteString("since", agent.Identity.Since.UtcDateTime);
            json.WriteString("time", agent.Time.GetUtcNow().UtcDateTime);
            json.WriteString("model", agent.Models.Identity);
            json.WriteString("engine", agent.Models.EngineDescription);
            WriteGallery(json, agent);
            WriteBroker(json, agent);
            WriteCameras(json, agent);
            json.WriteStartObject("stages");
            foreach (var stage in agent.Pipeline.Latencies.Read())
            {
                json.WriteStartObject(stage.Name);
                json.WriteNumber("p50_ms", Math.Round(stage.P50Ms, 3));
                json.WriteNumber("p90_ms", Math.Round(stage.P90Ms, 3));
                json.WriteNumber("p99_ms", Math.Round(stage.P99Ms, 3));
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteNumber("memory_bytes", Environment.WorkingSet);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteGallery(Utf8JsonWriter json, AgentRuntime agent)
    {
        using var lease = agent.Index.Borrow();
        json.WriteStartObject("gallery");
        json.WriteNumber("generation", lease.Index.Generation);
        json.WriteNumber("items", lease.Index.ItemCount);
        json.WriteNumber("views", lease.Index.ViewCount);
        json.WriteString("index", lease.Index.Kind);
        json.WriteEndObject();
    }

    private static void WriteBroker(Utf8JsonWriter json, AgentRuntime agent)
    {
        var state = agent.Mqtt.State;
        var outbox = agent.Outbox.Status;
        json.WriteStartObject("broker");
        json.WriteBoolean("connected", state.Connected);
        if (state.Broker is not null)
        {
            json.WriteString("address", state.Broker);
        }

        if (state.Trouble is not null)
        {
            json.WriteString("trouble", state.Trouble);
        }

        json.WriteNumber("delivered", state.Delivered);
        json.WriteEndObject();
        json.WriteStartObject("outbox");
        json.WriteNumber("pending", outbox.Pending);
        json.WriteNumber("pending_bytes", outbox.PendingBytes);
        json.WriteNumber("queued", outbox.Queued);
        json.WriteNumber("last_seq", outbox.LastSeq);
        json.WriteNumber("dropped", outbox.Dropped);
        json.WriteEndObject();
    }

    private static void WriteCameras(Utf8JsonWriter json, AgentRuntime agent)
    {
        json.WriteStartArray("cameras");
        foreach (var report in agent.Pipeline.Cameras)
        {
            json.WriteStartObject();
            json.WriteString("name", report.State.Camera);
            json.WriteString("state", report.State.Status.ToString().ToLowerInvariant());
            if (report.State.Reason is not null && report.State.Status != CameraStatus.Running)
            {
                json.WriteString("reason", report.State.Reason);
            }

            json.WriteNumber("fps", Math.Round(report.State.Fps, 2));
            json.WriteNumber("frames", report.Frames);
            json.WriteNumber("skipped", report.Skipped);
            json.WriteNumber("stale", report.Stale);
            json.WriteNumber("dropped", report.State.Dropped);
            json.WriteNumber("unreadable", report.Unreadable);
            json.WriteNumber("restarts", report.State.Restarts);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
