using System.Buffers;
using System.Text.Json;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Pipeline;

namespace ShiTu.EdgeAgent.Service;

/// <summary>Boxes and verdicts of each frame to <c>P/live/{camera}</c>; switched on by <c>mqtt.live</c>.</summary>
internal sealed class LiveObserver(MqttService mqtt) : IFrameObserver
{
    /// <inheritdoc/>
    public void Observe(in FrameOutcome outcome)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("frame", outcome.Frame.Number);
            json.WriteNumber("w", outcome.Frame.Width);
            json.WriteNumber("h", outcome.Frame.Height);
            json.WriteStartArray("boxes");
            foreach (ref readonly var box in outcome.Boxes)
            {
                Write(json, outcome.Camera, box);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        mqtt.PostLive(outcome.Camera, buffer.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter json, string camera, in LiveBox box)
    {
        json.WriteStartObject();
        json.WriteString("object", $"{camera}-{box.Object}");
        json.WriteNumber("x", box.Box.X);
        json.WriteNumber("y", box.Box.Y);
        json.WriteNumber("w", box.Box.W);
        json.WriteNumber("h", box.Box.H);
        json.WriteNumber("detector_score", MathF.Round(box.DetectorScore, 3));
        json.WriteString("decision", box.Judgement.Decision.ToString().ToLowerInvariant());
        if (box.Judgement.Best.Item is { } item)
        {
            json.WriteString("item", item.Id);
            json.WriteString("label", item.Label);
            json.WriteNumber("similarity", MathF.Round(box.Judgement.Best.Similarity, 4));
        }

        json.WriteBoolean("settled", box.Settled);
        json.WriteEndObject();
    }
}
