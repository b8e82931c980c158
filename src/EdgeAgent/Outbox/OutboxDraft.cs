using ShiTu.EdgeAgent.Events;

namespace ShiTu.EdgeAgent.Outbox;

/// <summary>A message before the outbox gave it its number and id.</summary>
/// <param name="Kind">Alarm or receipt.</param>
/// <param name="Topic">Topic below the device's own.</param>
/// <param name="Type">CloudEvents type.</param>
/// <param name="Payload">The whole JSON.</param>
internal sealed record OutboxDraft(OutboxKind Kind, string Topic, string Type, byte[] Payload)
{
    /// <summary>An alarm (contract 1: <c>P/alarms</c>).</summary>
    public static OutboxDraft From(Alarm alarm) => new(OutboxKind.Alarm, "alarms", "shitu.alarm", PayloadWriter.Object(alarm, (json, a) =>
    {
        json.WriteString("alarm", a.Name);
        json.WriteString("severity", a.Severity.ToString().ToLowerInvariant());
        json.WriteString("text", a.Text);
        json.Time("since", a.Since);
    }));
}
