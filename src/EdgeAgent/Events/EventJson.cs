using System.Text;
using System.Text.Json;

namespace ShiTu.EdgeAgent.Events;

/// <summary>The JSON of an event (contract 1.1). It is kept without its last field: whether it is historical is known when it is sent.</summary>
internal static class EventJson
{
    private static readonly byte[] Now = Encoding.UTF8.GetBytes(",\"historical\":false}");
    private static readonly byte[] Then = Encoding.UTF8.GetBytes(",\"historical\":true}");

    /// <summary>Writes an event as the outbox keeps it; <see cref="Seal"/> makes it a whole JSON object.</summary>
    public static byte[] WriteOpen(RecognitionEvent e, long seq, string id) => PayloadWriter.Object((e, seq, id), Write)[..^1];

    /// <summary>The payload as it is sent.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> open, bool historical)
    {
        var tail = historical ? Then : Now;
        var payload = new byte[open.Length + tail.Length];
        open.CopyTo(payload);
        tail.CopyTo(payload.AsSpan(open.Length));
        return payload;
    }

    /// <summary>An event's type as the contract spells it.</summary>
    public static string Name(EventType type) => type switch
    {
        EventType.Opened => "opened",
        EventType.Confirmed => "confirmed",
        EventType.Changed => "changed",
        EventType.Closed => "closed",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Expected a type of the contract."),
    };

    private static string Name(Decision decision) => decision switch
    {
        Decision.Recognised => "recognised",
        Decision.Unknown => "unknown",
        Decision.Ambiguous => "ambiguous",
        _ => throw new ArgumentOutOfRangeException(nameof(decision), decision, "Expected a decision of the contract."),
    };

    private static void Write(Utf8JsonWriter json, (RecognitionEvent Event, long Seq, string Id) value)
    {
        var (e, seq, id) = value;
        json.WriteString("schema", "shitu.event/1");
        json.WriteString("id", id);
        json.WriteNumber("seq", seq);
        json.WriteString("type", Name(e.Type));
        json.Time("time", e.Time);
        json.WriteString("camera", e.Camera);
        json.WriteString("object", e.Object);
        Write(json, e.Verdict);
        json.WriteStartObject("box");
        json.WriteNumber("x", e.Box.X);
        json.WriteNumber("y", e.Box.Y);
        json.WriteNumber("w", e.Box.W);
        json.WriteNumber("h", e.Box.H);
        json.WriteEndObject();
        json.WriteStartObject("frame");
        json.WriteNumber("w", e.FrameWidth);
        json.WriteNumber("h", e.FrameHeight);
        json.WriteEndObject();
        json.Fraction("detector_score", e.DetectorScore);
        json.WriteNumber("looks", e.Looks);
        json.Fraction("agreement", e.Agreement);
        json.Optional("duration_ms", e.DurationMs);
        json.Optional("file", e.File);
        json.WriteString("model", e.Model);
        json.WriteNumber("gallery_generation", e.GalleryGeneration);
    }

    private static void Write(Utf8JsonWriter json, Verdict verdict)
    {
        json.WriteString("decision", Name(verdict.Decision));
        json.Optional("reason", verdict.Reason);
        if (verdict.Best is { } best)
        {
            Write(json, best);
        }

        if (verdict.Margin is { } margin)
        {
            json.Fraction("margin", margin);
        }

        if (verdict.RunnerUp is { } second)
        {
            json.WriteStartObject("runner_up");
            Write(json, second);
            json.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter json, Candidate candidate)
    {
        json.WriteString("item", candidate.Item);
        json.WriteString("label", candidate.Label);
        json.Fraction("similarity", candidate.Similarity);
    }
}
