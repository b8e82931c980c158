using System.Text;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>What must survive a power loss: the gallery's manifests, those of the models, keys, nonces of commands. One SQLite file, every change durable when it returns.</summary>
internal sealed class UpdateState : ManifestState, IDisposable
{
    private readonly StateTable _table;

    private UpdateState(StateTable table)
        : base(table, "")
    {
        _table = table;
        Models = new ManifestState(table, "models_");
    }

    /// <summary>The manifests of the models.</summary>
    public ManifestState Models { get; }

    /// <summary>Version of the keys manifest in use.</summary>
    public long KeysVersion => _table.Number("keys_version");

    /// <summary>The keys manifest in use.</summary>
    public byte[]? Keys => _table.Blob("keys");

    /// <summary>Id of the root key that signed it, or null.</summary>
    public string? KeysRoot => _table.Blob("keys_root") is { } id ? Encoding.ASCII.GetString(id) : null;

    /// <summary>Opens or makes <c>updates.db</c>.</summary>
    /// <exception cref="InvalidDataException">Another process has it, it is damaged, or the folder cannot be written.</exception>
    public static UpdateState Open(string path) => new(StateTable.Open(path));

    /// <summary>Takes a keys manifest.</summary>
    public void TakeKeys(long version, byte[] manifest, string root) => _table.Write(("keys_version", version, null), ("keys", null, manifest), ("keys_root", null, Encoding.ASCII.GetBytes(root)));

    /// <summary>Remembers a nonce until it expires; false where it was used before.</summary>
    public bool UseNonce(string nonce, DateTimeOffset expires, DateTimeOffset now) => _table.UseNonce(nonce, expires, now);

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();
}
