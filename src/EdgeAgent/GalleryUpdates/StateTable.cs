using Microsoft.Data.Sqlite;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Names with a number or bytes in one SQLite file; every change is durable when it returns. Any thread.</summary>
internal sealed class StateTable : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly FileStream _lock;

    private StateTable(SqliteConnection connection, FileStream fileLock)
    {
        _connection = connection;
        _lock = fileLock;
    }

    /// <summary>Opens or makes the file.</summary>
    /// <exception cref="InvalidDataException">Another process has it, it is damaged, or the folder cannot be written.</exception>
    public static StateTable Open(string path)
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
            return new StateTable(connection, fileLock);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            connection?.Dispose();
            fileLock?.Dispose();
            throw new InvalidDataException($"{path} cannot be opened: {e.Message} Only one process may use it: stop the service, or send the update over MQTT.", e);
        }
    }

    /// <summary>A number; 0 for none.</summary>
    public long Number(string name) => Read(name, "number") is long number ? number : 0;

    /// <summary>Bytes, or null.</summary>
    public byte[]? Blob(string name) => Read(name, "bytes") as byte[];

    /// <summary>Writes several values, all or none.</summary>
    public void Write(params ReadOnlySpan<(string Name, long? Number, byte[]? Bytes)> values)
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
}
