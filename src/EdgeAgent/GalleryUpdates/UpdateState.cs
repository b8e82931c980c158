using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>What must survive a power loss: the highest generation ever taken, the manifests in use and before it, nonces of commands. One SQLite file, every change durable when it returns.</summary>
internal sealed class UpdateState : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly FileStream _lock;

    private UpdateState(SqliteConnection connection, FileStream fileLock)
    {
        _connection = connection;
        _lock = fileLock;
    }

    /// <summary>Highest generation ever taken.</summary>
    public long Taken => Number("taken");

    /// <summary>The manifest last taken; it may not be applied yet.</summary>
    public byte[]? Desired => Blob("desired");

    /// <summary>The manifest in use.</summary>
    public byte[]? Applied => Blob("applied");

    /// <summary>The manifest to fall back to.</summary>
    public byte[]? Previous => Blob("previous");

    /// <summary>Whether the manifest in use has not proved yet that it loads.</summary>
    public bool Unproved => Number("unproved") != 0;

    /// <summary>SHA-256 of the manifest that was given up last: refused for good, or gone back from. It was answered and is not looked at again.</summary>
    public byte[]? GivenUp => Blob("given_up");

    /// <summary>When the manifest in use was applied.</summary>
    public DateTimeOffset AppliedAt => DateTimeOffset.FromUnixTimeMilliseconds(Number("applied_at"));

    /// <summary>Version of the keys manifest in use.</summary>
    public long KeysVersion => Number("keys_version");

    /// <summary>The keys manifest in use.</summary>
    public byte[]? Keys => Blob("keys");

    /// <summary>Opens or makes <c>updates.db</c>.</summary>
    /// <exception cref="InvalidDataException">Another process has it, it is damaged, or the folder cannot be written.</exception>
    public static UpdateState Open(string path)
    {
        FileStream? fileLock = null;
        SqliteConnection? connection = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            fileLock = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = """
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                CREATE TABLE IF NOT EXISTS state(name TEXT PRIMARY KEY, number INTEGER, bytes BLOB) WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS nonce(nonce TEXT PRIMARY KEY, expires INTEGER NOT NULL) WITHOUT ROWID;
                """;
            command.ExecuteNonQuery();
            return new UpdateState(connection, fileLock);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            connection?.Dispose();
            fileLock?.Dispose();
            throw new InvalidDataException($"{path} cannot be opened: {e.Message} Only one process may use it: stop the service, or send the update over MQTT.", e);
        }
    }

    /// <summary>Takes a manifest: from now on no older generation is taken.</summary>
    public void Take(long generation, byte[] manifest) => Write(("taken", generation, null), ("desired", null, manifest));

    /// <summary>A manifest is in use, unproved.</summary>
    public void Apply(byte[] manifest, byte[]? previous, DateTimeOffset now) =>
        Write(("applied", null, manifest), ("previous", null, previous), ("unproved", 1, null), ("starts", 0, null), ("applied_at", now.ToUnixTimeMilliseconds(), null));

    /// <summary>The manifest in use is in use no more, and is to be taken again: its content is lost.</summary>
    public void Reopen() => Write(("desired", null, Applied), ("applied", null, null), ("given_up", null, null), ("unproved", 0, null));

    /// <summary>Counts a start with a manifest that has not proved yet that it loads; returns how many there were.</summary>
    public long CountStart()
    {
        var starts = Number("starts") + 1;
        Write(("starts", starts, null));
        return starts;
    }

    /// <summary>The manifest in use loads.</summary>
    public void Prove() => Write(("unproved", 0, null));

    /// <summary>The manifest last taken is given up.</summary>
    public void Abandon() => Write(("given_up", null, Desired is { } desired ? SHA256.HashData(desired) : GivenUp), ("desired", null, null));

    /// <summary>Id of the root key that signed it, or null.</summary>
    public string? KeysRoot => Blob("keys_root") is { } id ? Encoding.ASCII.GetString(id) : null;

    /// <summary>Takes a keys manifest.</summary>
    public void TakeKeys(long version, byte[] manifest, string root) => Write(("keys_version", version, null), ("keys", null, manifest), ("keys_root", null, Encoding.ASCII.GetBytes(root)));

    /// <summary>Remembers a nonce until it expires; false where it was used before.</summary>
    public bool UseNonce(string nonce, DateTimeOffset expires, DateTimeOffset now)
    {
        lock (_gate)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "DELETE FROM nonce WHERE expires < @now; INSERT OR IGNORE INTO nonce VALUES(@nonce, @expires); SELECT changes();";
            command.Parameters.AddWithValue("@now", now.ToUnixTimeMilliseconds());
            command.Parameters.AddWithValue("@nonce", nonce);
            command.Parameters.AddWithValue("@expires", expires.ToUnixTimeMilliseconds());
            return command.ExecuteScalar() is 1L;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection.Dispose();
        _lock.Dispose();
    }

    private long Number(string name) => Read(name, "number") is long number ? number : 0;

    private byte[]? Blob(string name) => Read(name, "bytes") as byte[];

    private object? Read(string name, string column)
    {
        lock (_gate)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = $"SELECT {column} FROM state WHERE name = @name";
            command.Parameters.AddWithValue("@name", name);
            return command.ExecuteScalar();
        }
    }

    private void Write(params ReadOnlySpan<(string Name, long? Number, byte[]? Bytes)> values)
    {
        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction();
            foreach (var (name, number, bytes) in values)
            {
                using var command = _connection.CreateCommand();
                command.CommandText = "INSERT OR REPLACE INTO state VALUES(@name, @number, @bytes)";
                command.Parameters.AddWithValue("@name", name);
                command.Parameters.AddWithValue("@number", (object?)number ?? DBNull.Value);
                command.Parameters.AddWithValue("@bytes", (object?)bytes ?? DBNull.Value);
                command.ExecuteNonQuery();
            }

            transaction.Commit();
        }
    }
}
