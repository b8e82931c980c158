using Microsoft.Data.Sqlite;

namespace ShiTu.EdgeAgent.Outbox;

/// <summary>The outbox's file: one connection, one thread at a time. What a transaction holds is on the disk when it is committed.</summary>
internal sealed class OutboxDatabase : IDisposable
{
    /// <summary>Bytes a row costs beside its payload.</summary>
    public const int RowBytes = 160;

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS counter(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS message(
            number INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL, seq INTEGER, to_seq INTEGER, topic TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
            time INTEGER NOT NULL, clock INTEGER NOT NULL, payload BLOB NOT NULL, replay INTEGER NOT NULL DEFAULT 0, delivered INTEGER);
        CREATE INDEX IF NOT EXISTS message_pending ON message(number) WHERE delivered IS NULL;
        CREATE INDEX IF NOT EXISTS message_delivered ON message(delivered) WHERE delivered IS NOT NULL;
        CREATE INDEX IF NOT EXISTS message_seq ON message(seq) WHERE seq IS NOT NULL;
        INSERT OR IGNORE INTO counter VALUES('seq', 0);
        PRAGMA user_version = 1;
        """;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _deliver;
    private readonly SqliteCommand _setSeq;

    private OutboxDatabase(SqliteConnection connection)
    {
        _connection = connection;
        _insert = Prepare(
            "INSERT INTO message(kind, seq, to_seq, topic, id, type, time, clock, payload) VALUES(@kind, @seq, @to_seq, @topic, @id, @type, @time, @clock, @payload)",
            "@kind", "@seq", "@to_seq", "@topic", "@id", "@type", "@time", "@clock", "@payload");
        _deliver = Prepare("UPDATE message SET delivered = @now, replay = 0 WHERE number = @number AND delivered IS NULL RETURNING length(payload)", "@now", "@number");
        _setSeq = Prepare("UPDATE counter SET value = @value WHERE name = 'seq'", "@value");
        LastSeq = Scalar("SELECT value FROM counter WHERE name = 'seq'");
        LastNumber = Scalar("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'message'), 0)");
        Pending = Scalar("SELECT count(*) FROM message WHERE delivered IS NULL");
        PendingBytes = Scalar($"SELECT coalesce(sum(length(payload) + {RowBytes}), 0) FROM message WHERE delivered IS NULL");
    }

    /// <summary>Sequence number of the newest event.</summary>
    public long LastSeq { get; set; }

    /// <summary>Number of the newest message.</summary>
    public long LastNumber { get; private set; }

    /// <summary>Messages that wait.</summary>
    public long Pending { get; private set; }

    /// <summary>Bytes of those.</summary>
    public long PendingBytes { get; private set; }

    /// <summary>Opens or makes the file.</summary>
    /// <exception cref="SqliteException">It is damaged, no outbox, or cannot be read or written.</exception>
    public static OutboxDatabase Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 10 }.ToString());
        try
        {
            connection.Open();
            Run(connection, "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000; PRAGMA journal_size_limit = 4194304;");
            using (var check = connection.CreateCommand())
            {
                check.CommandText = "PRAGMA quick_check(1)";
                if (check.ExecuteScalar() is not "ok")
                {
                    throw new SqliteException("The outbox is damaged (quick_check).", SQLitePCL.raw.SQLITE_CORRUPT);
                }
            }

            Run(connection, Schema);
            return new OutboxDatabase(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Begins a transaction; dispose it without a commit to undo it (and open the file again).</summary>
    public SqliteTransaction Begin()
    {
        var transaction = _connection.BeginTransaction();
        _insert.Transaction = _deliver.Transaction = _setSeq.Transaction = transaction;
        return transaction;
    }

    /// <summary>Adds a message.</summary>
    public void Insert(OutboxRow row)
    {
        _insert.Parameters[0].Value = (int)row.Kind;
        _insert.Parameters[1].Value = (object?)row.Seq ?? DBNull.Value;
        _insert.Parameters[2].Value = (object?)row.ToSeq ?? DBNull.Value;
        _insert.Parameters[3].Value = row.Topic;
        _insert.Parameters[4].Value = row.Id;
        _insert.Parameters[5].Value = row.Type;
        _insert.Parameters[6].Value = row.Time.ToUnixTimeMilliseconds();
        _insert.Parameters[7].Value = row.Clock;
        _insert.Parameters[8].Value = row.Payload;
        _insert.ExecuteNonQuery();
        LastNumber++;
        Pending++;
        PendingBytes += row.Payload.Length + RowBytes;
    }

    /// <summary>Writes <see cref="LastSeq"/>.</summary>
    public void SaveSeq()
    {
        _setSeq.Parameters[0].Value = LastSeq;
        _setSeq.ExecuteNonQuery();
    }

    /// <summary>Marks a message as delivered.</summary>
    public void Deliver(long number, DateTimeOffset now)
    {
        _deliver.Parameters[0].Value = now.ToUnixTimeMilliseconds();
        _deliver.Parameters[1].Value = number;
        if (_deliver.ExecuteScalar() is long length)
        {
            Pending--;
            PendingBytes -= length + RowBytes;
        }
    }

    /// <summary>Forgets a pending message.</summary>
    public void Delete(long number, long payloadLength)
    {
        Execute("DELETE FROM message WHERE number = @a", number);
        Pending--;
        PendingBytes -= payloadLength + RowBytes;
    }

    /// <summary>Counts what waits again, after rows were made pending or came from elsewhere.</summary>
    public void Recount()
    {
        Pending = Scalar("SELECT count(*) FROM message WHERE delivered IS NULL");
        PendingBytes = Scalar($"SELECT coalesce(sum(length(payload) + {RowBytes}), 0) FROM message WHERE delivered IS NULL");
    }

    /// <summary>Runs a statement with up to two numbers, <c>@a</c> and <c>@b</c>; returns the rows it changed.</summary>
    public int Execute(string sql, long a = 0, long b = 0)
    {
        using var command = Command(sql, a, b);
        return command.ExecuteNonQuery();
    }

    /// <summary>A single number.</summary>
    public long Scalar(string sql, long a = 0, long b = 0)
    {
        using var command = Command(sql, a, b);
        return command.ExecuteScalar() is long value ? value : 0;
    }

    /// <summary>Reads rows with up to two numbers, <c>@a</c> and <c>@b</c>.</summary>
    public List<T> Read<T>(string sql, long a, long b, Func<SqliteDataReader, T> row)
    {
        using var command = Command(sql, a, b);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _insert.Dispose();
        _deliver.Dispose();
        _setSeq.Dispose();
        _connection.Dispose();
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, long a, long b)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = _insert.Transaction is { Connection: not null } open ? open : null;
        if (sql.Contains("@a", StringComparison.Ordinal))
        {
            command.Parameters.AddWithValue("@a", a);
        }

        if (sql.Contains("@b", StringComparison.Ordinal))
        {
            command.Parameters.AddWithValue("@b", b);
        }

        return command;
    }

    private SqliteCommand Prepare(string sql, params string[] parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }
}
