namespace ShiTu.EdgeAgent.Outbox;

/// <summary>What kind of message it is.</summary>
internal enum OutboxKind
{
    /// <summary>An event of a camera.</summary>
    Event = 0,

    /// <summary>What a cap dropped.</summary>
    Gap = 1,

    /// <summary>An alarm.</summary>
    Alarm = 2,

    /// <summary>The answer to an update or a command.</summary>
    Receipt = 3,
}

/// <summary>A durable message that waits for the broker.</summary>
/// <param name="Number">Its place in the outbox; never used twice.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Topic">Topic below the device's own, as <c>events/belt</c>.</param>
/// <param name="Id">Unique, the same on every resend.</param>
/// <param name="Type">CloudEvents type, as <c>shitu.event.confirmed</c>.</param>
/// <param name="Time">When it was made.</param>
/// <param name="Payload">The JSON as it is sent.</param>
internal sealed record OutboxEntry(long Number, OutboxKind Kind, string Topic, string Id, string Type, DateTimeOffset Time, byte[] Payload);
