using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace ShiTu.EdgeAgent.Outbox;

/// <summary>Opens the outbox's file; sets a damaged one aside and takes over what can be read of it.</summary>
internal static partial class OutboxSalvage
{
    private const long MostBytes = 1L << 32;

    /// <summary>Opens the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Where damage is told.</param>
    /// <param name="alarm">What happened, where it was damaged.</param>
    public static OutboxDatabase Open(string path, TimeProvider time, ILogger logger, out Alarm? alarm)
    {
        alarm = null;
        try
        {
            return OutboxDatabase.Open(path);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB)
        {
            var aside = $"{path}.damaged-{time.GetUtcNow():yyyyMMddTHHmmss}";
            foreach (var suffix in (ReadOnlySpan<string>)["", "-wal", "-shm"])
            {
                if (File.Exists(path + suffix))
                {
                    File.Move(path + suffix, aside + suffix, overwrite: true);
                }
            }

            var database = OutboxDatabase.Open(path);
            var taken = TakeOver(aside, database);
            LogDamaged(logger, path, aside, taken, e.Message);
            alarm = new Alarm("outbox_damaged", AlarmSeverity.Critical, $"The outbox was damaged ({e.Message}); {taken} messages were taken over, the file is kept as {aside}.", time.GetUtcNow());
            return database;
        }
    }

    private static int TakeOver(string damaged, OutboxDatabase database)
    {
        var taken = 0;
        try
        {
            Pad(damaged);
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = damaged, Pooling = false }.ToString());
            connection.Open();
            using var transaction = database.Begin();
            var last = 0L;
            for (var skip = 0L; skip < 1L << 40;)
            {
                var before = last;
                if (TakeFrom(connection, database, last + skip, ref last, ref taken))
                {
                    break;
                }

                // A damaged page: go on behind it, wherever that is.
                skip = last > before ? 1 : Math.Max(1, skip * 2);
            }

            database.LastSeq = Math.Max(database.LastSeq, KnownSeq(connection));
            database.SaveSeq();
            transaction.Commit();
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            // Nothing of it can be read.
        }

        return taken;
    }

    // SQLite opens no file that is shorter than its header says: empty pages stand for those that are lost.
    private static void Pad(string damaged)
    {
        using var file = new FileStream(damaged, FileMode.Open, FileAccess.ReadWrite);
        Span<byte> header = stackalloc byte[32];
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
        {
            return;
        }

        long page = BinaryPrimitives.ReadUInt16BigEndian(header[16..]);
        var length = (page == 1 ? 65_536 : page) * BinaryPrimitives.ReadUInt32BigEndian(header[28..]);
        if (length > file.Length && length <= MostBytes)
        {
            file.SetLength(length);
        }
    }

    private static bool TakeFrom(SqliteConnection connection, OutboxDatabase database, long after, ref long last, ref int taken)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT kind, seq, to_seq, topic, id, type, time, payload, number FROM message NOT INDEXED WHERE number > @after AND delivered IS NULL ORDER BY number";
            command.Parameters.AddWithValue("@after", after);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                long? seq = reader.IsDBNull(1) ? null : reader.GetInt64(1);
                long? toSeq = reader.IsDBNull(2) ? null : reader.GetInt64(2);
                database.Insert(new OutboxRow((OutboxKind)reader.GetInt32(0), seq, toSeq, reader.GetString(3), reader.GetString(4), reader.GetString(5),
                    DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(6)), 0, reader.GetFieldValue<byte[]>(7)));
                database.LastSeq = Math.Max(database.LastSeq, Math.Max(seq ?? 0, toSeq ?? 0));
                last = reader.GetInt64(8);
                taken++;
            }

            return true;
        }
        catch (Exception e) when (e is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CORRUPT } or InvalidOperationException or InvalidCastException or ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    private static long KnownSeq(SqliteConnection connection)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT value FROM counter WHERE name = 'seq'";
            return command.ExecuteScalar() is long value ? value : 0;
        }
        catch (SqliteException)
        {
            return 0;
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The outbox {Path} was damaged ({Reason}). It is kept as {Aside}; {Taken} messages were taken over.")]
    private static partial void LogDamaged(ILogger logger, string path, string aside, int taken, string reason);
}
