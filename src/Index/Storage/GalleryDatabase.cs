using Microsoft.Data.Sqlite;
using ShiTu.Index.Gallery;

namespace ShiTu.Index.Storage;

/// <summary>The SQLite file of a gallery: opened, checked, and its failures turned into <see cref="GalleryException"/>.</summary>
internal sealed class GalleryDatabase : IDisposable
{
    private const int SchemaVersion = 2;

    // "SHTG" as SQLite's application id: a file of another program is told apart.
    private const int ApplicationId = 0x53485447;

    private const string Schema = """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE items (id TEXT PRIMARY KEY, label TEXT NOT NULL, note TEXT, local INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE views (
          number INTEGER PRIMARY KEY, item TEXT NOT NULL REFERENCES items (id) ON DELETE CASCADE ON UPDATE CASCADE,
          vector BLOB NOT NULL, digest BLOB NOT NULL, picture TEXT NOT NULL, origin TEXT NOT NULL, added TEXT NOT NULL);
        CREATE INDEX views_of_item ON views (item, digest);
        """;

    // Beside the views, so that reading vectors passes no picture. Programs of before neither miss nor mind it.
    private const string PictureSchema = "CREATE TABLE IF NOT EXISTS pictures (view INTEGER PRIMARY KEY REFERENCES views (number) ON DELETE CASCADE, jpeg BLOB NOT NULL)";

    private readonly SqliteConnection _connection;

    private GalleryDatabase(string path, SqliteConnection connection)
    {
        FilePath = path;
        _connection = connection;
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Opens a gallery.</summary>
    /// <param name="path">The file.</param>
    /// <param name="create">Model and dimension of a new one; null opens an existing one for reading only.</param>
    public static GalleryDatabase Open(string path, (string Model, int Dimension)? create)
    {
        if (!File.Exists(path))
        {
            if (create is not { } wanted)
            {
                throw new GalleryException(GalleryFault.Storage, $"{path}: no such gallery; `gallery build` makes one.");
            }

            if (File.Exists(path + "-wal") && new FileInfo(path + "-wal").Length > 0)
            {
                throw new GalleryException(GalleryFault.Corrupt, $"{path} is missing, but its log {path}-wal is there; restore the file beside it, or delete the log and build the gallery again.");
            }

            Make(path, wanted.Model, wanted.Dimension);
        }
        else if (new FileInfo(path).Length == 0)
        {
            // To SQLite an empty file is an empty database; here it is what a failing disk left of a gallery.
            throw new GalleryException(GalleryFault.Corrupt, $"{path}: the gallery file is empty (0 bytes); restore it from a copy, or delete it and build it again.");
        }

        return Connect(path, create is null ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite, database => database.Prepare(isWriter: create is not null));
    }

    /// <summary>Makes an empty gallery under another name and renames it when it is whole: a crash leaves no half of one.</summary>
    private static void Make(string path, string model, int dimension)
    {
        var building = $"{path}.new-{Guid.NewGuid():N}";
        try
        {
            Connect(building, SqliteOpenMode.ReadWriteCreate, database => database.Make(model, dimension)).Dispose();
            File.Move(building, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new GalleryException(GalleryFault.Storage, $"{path}: cannot be made ({error.Message}); is the folder there, and may this user write into it?", error);
        }
        finally
        {
            Discard(building);
        }
    }

    private static void Discard(string building)
    {
        try
        {
            File.Delete(building);
            File.Delete(building + "-journal");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What is left of it is in nobody's way.
        }
    }

    private static GalleryDatabase Connect(string path, SqliteOpenMode mode, Action<GalleryDatabase> prepare)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        var database = new GalleryDatabase(path, connection);
        try
        {
            database.Guard(() =>
            {
                connection.Open();
                prepare(database);
                return 0;
            });
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Begins a write transaction.</summary>
    public SqliteTransaction Begin() => _connection.BeginTransaction(deferred: false);

    /// <summary>Begins a read transaction: one state of the gallery, whatever others write.</summary>
    public SqliteTransaction BeginRead() => _connection.BeginTransaction(deferred: true);

    /// <summary>Makes a command.</summary>
    public SqliteCommand Command(string sql, SqliteTransaction? transaction, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }

    /// <summary>Runs a command; the result is how many rows it changed.</summary>
    public int Execute(string sql, SqliteTransaction? transaction, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql, transaction, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>Runs a query for one number.</summary>
    public long Scalar(string sql, SqliteTransaction? transaction = null)
    {
        using var command = Command(sql, transaction);
        return Convert.ToInt64(command.ExecuteScalar());
    }

    /// <summary>A value of the table <c>meta</c>.</summary>
    public string? Meta(string key, SqliteTransaction? transaction = null)
    {
        using var command = Command("SELECT value FROM meta WHERE key = $key", transaction, ("$key", key));
        return command.ExecuteScalar() as string;
    }

    /// <summary>Sets a value of the table <c>meta</c>.</summary>
    public void SetMeta(string key, string value, SqliteTransaction? transaction) =>
        Execute("INSERT INTO meta (key, value) VALUES ($key, $value) ON CONFLICT (key) DO UPDATE SET value = $value", transaction, ("$key", key), ("$value", value));

    /// <summary>Runs something and says of SQLite's failures what they mean, and of which file.</summary>
    public T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException error)
        {
            throw StorageFault.Explain(FilePath, error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private void Prepare(bool isWriter)
    {
        // FULL: a transaction that was reported as done survives a power cut.
        Execute("PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL", null);
        if (Scalar("PRAGMA application_id") != ApplicationId)
        {
            throw new GalleryException(GalleryFault.Corrupt, $"{FilePath}: a SQLite file, but no gallery; choose another file, or build a gallery into a new one.");
        }

        if (isWriter)
        {
            Execute("PRAGMA journal_mode = WAL", null);
        }

        var version = Scalar("PRAGMA user_version");
        if (version != SchemaVersion)
        {
            throw new GalleryException(GalleryFault.Corrupt, $"{FilePath}: a gallery of version {version}; this program reads version {SchemaVersion}. Build the gallery again with `gallery build`.");
        }

        using var check = Command("PRAGMA quick_check(1)", null);
        if (check.ExecuteScalar() as string is not "ok" and var finding)
        {
            throw new GalleryException(GalleryFault.Corrupt, $"{FilePath}: the gallery file is damaged ({finding}); restore it from a copy, or build it again.");
        }

        if (isWriter)
        {
            Execute(PictureSchema, null);
        }

        if (Meta(MetaKey.Model) is null || !int.TryParse(Meta(MetaKey.Dimension), out _) || !long.TryParse(Meta(MetaKey.Generation), out _) ||
            Meta(MetaKey.Content) is null)
        {
            throw new GalleryException(GalleryFault.Corrupt, $"{FilePath}: the gallery does not say its model, dimension, generation and content; restore it from a copy, or build it again.");
        }
    }

    private void Make(string model, int dimension)
    {
        // Without a write-ahead log: what is committed is in the one file that is renamed.
        Execute("PRAGMA synchronous = FULL", null);
        using var transaction = Begin();
        Execute(Schema, transaction);
        Execute(PictureSchema, transaction);
        Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {SchemaVersion}", transaction);
        SetMeta(MetaKey.Model, model, transaction);
        SetMeta(MetaKey.Dimension, dimension.ToString(), transaction);
        SetMeta(MetaKey.Generation, "0", transaction);
        SetMeta(MetaKey.Content, GalleryHash.Of(this, transaction), transaction);
        transaction.Commit();
    }
}
