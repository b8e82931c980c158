using Microsoft.Data.Sqlite;

namespace ShiTu.EdgeAgent.Outbox;

/// <summary>A message as <c>outbox show</c> lists it.</summary>
/// <param name="Number">Its place in the outbox.</param>
/// <param name="Seq">Sequence number of an event, or first of a gap; null for others.</param>
/// <param name="Topic">Topic below the device's own.</param>
/// <param name="Id">Its id.</param>
/// <param name="Type">CloudEvents type.</param>
/// <param name="Time">When it was made.</param>
/// <param name="Delivered">When the broker acknowledged it; null while it waits.</param>
/// <param name="Payload">The JSON.</param>
internal sealed record ListedMessage(long Number, long? Seq, string Topic, string Id, string Type, DateTimeOffset Time, DateTimeOffset? Delivered, byte[] Payload);

/// <summary>What an outbox holds, read without a lock beside the service that writes it.</summary>
/// <param name="Pending">Messages that wait.</param>
/// <param name="PendingBytes">Bytes of their payloads.</param>
/// <param name="Kept">Delivered messages that are kept for a replay.</param>
/// <param name="LastSeq">Sequence number of the newest event.</param>
/// <param name="Messages">The newest of them, oldest first.</param>
internal sealed record OutboxListing(long Pending, long PendingBytes, long Kept, long LastSeq, IReadOnlyList<ListedMessage> Messages)
{
    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="delivered">Also lists what was delivered.</param>
    /// <param name="limit">Most messages that are listed.</param>
    /// <exception cref="OutboxException">It is no outbox, damaged, or cannot be read.</exception>
    public static OutboxListing Read(string path, bool delivered, int limit)
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 10 }.ToString());
            connection.Open();
            using var snapshot = connection.BeginTransaction(deferred: true);
            return new OutboxListing(
                Number(connection, snapshot, "SELECT count(*) FROM message WHERE delivered IS NULL"),
                Number(connection, snapshot, "SELECT coalesce(sum(length(payload)), 0) FROM message WHERE delivered IS NULL"),
                Number(connection, snapshot, "SELECT count(*) FROM message WHERE delivered IS NOT NULL"),
                Number(connection, snapshot, "SELECT value FROM counter WHERE name = 'seq'"),
                ReadMessages(connection, snapshot, delivered, limit));
        }
        catch (SqliteException error)
        {
            throw new OutboxException($"{path} cannot be read as an outbox: {error.Message}", error);
        }
    }

    private static long Number(SqliteConnection connection, SqliteTransaction snapshot, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = snapshot;
        command.CommandText = sql;
        return command.ExecuteScalar() is long value ? value : 0;
    }

    private static List<ListedMessage> ReadMessages(SqliteConnection connection, SqliteTransaction snapshot, bool delivered, int limit)
    {
        using var command = connection.CreateCommand();
        command.Transaction = snapshot;
        command.CommandText = $"SELECT number, seq, topic, id, type, time, delivered, payload FROM message {(delivered ? "" : "WHERE delivered IS NULL")} ORDER BY number DESC LIMIT @limit";
        command.Parameters.AddWithValue("@limit", limit);
        using var rows = command.ExecuteReader();
        var messages = new List<ListedMessage>();
        while (rows.Read())
        {
            messages.Add(new ListedMessage(
                rows.GetInt64(0), rows.IsDBNull(1) ? null : rows.GetInt64(1), rows.GetString(2), rows.GetString(3), rows.GetString(4),
                DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(5)), rows.IsDBNull(6) ? null : DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(6)), (byte[])rows.GetValue(7)));
        }

        messages.Reverse();
        return messages;
    }
}
