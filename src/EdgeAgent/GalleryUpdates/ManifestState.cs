using System.Security.Cryptography;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>What must survive a power loss of the manifests of one kind: the highest generation ever taken, the manifests in use and before it. Every change is durable when it returns.</summary>
/// <param name="table">Where it is kept.</param>
/// <param name="prefix">What the names of this kind begin with.</param>
internal class ManifestState(StateTable table, string prefix)
{
    /// <summary>Highest generation ever taken.</summary>
    public long Taken => table.Number(prefix + "taken");

    /// <summary>The manifest last taken; it may not be applied yet.</summary>
    public byte[]? Desired => table.Blob(prefix + "desired");

    /// <summary>The manifest in use.</summary>
    public byte[]? Applied => table.Blob(prefix + "applied");

    /// <summary>The manifest to fall back to.</summary>
    public byte[]? Previous => table.Blob(prefix + "previous");

    /// <summary>Whether the manifest in use has not proved yet that it loads.</summary>
    public bool Unproved => table.Number(prefix + "unproved") != 0;

    /// <summary>SHA-256 of the manifest that was given up last: refused for good, or gone back from. It was answered and is not looked at again.</summary>
    public byte[]? GivenUp => table.Blob(prefix + "given_up");

    /// <summary>When the manifest in use was applied.</summary>
    public DateTimeOffset AppliedAt => DateTimeOffset.FromUnixTimeMilliseconds(table.Number(prefix + "applied_at"));

    /// <summary>What is still to be told of the manifest in use, or null.</summary>
    public byte[]? Untold => table.Blob(prefix + "untold");

    /// <summary>Takes a manifest: from now on no older generation is taken.</summary>
    public void Take(long generation, byte[] manifest) => Write(("taken", generation, null), ("desired", null, manifest), ("starts", 0, null));

    /// <summary>A manifest is in use, unproved.</summary>
    public void Apply(byte[] manifest, byte[]? previous, DateTimeOffset now, byte[]? untold = null) => Write(
        ("applied", null, manifest), ("previous", null, previous), ("unproved", 1, null), ("starts", 0, null), ("applied_at", now.ToUnixTimeMilliseconds(), null), ("untold", null, untold));

    /// <summary>The manifest in use is in use no more, and is to be taken again: its content is lost.</summary>
    public void Reopen() => Write(("desired", null, Applied), ("applied", null, null), ("given_up", null, null), ("unproved", 0, null));

    /// <summary>Counts a start with a manifest that has not proved yet that it loads, or a try of one that was taken; returns how many there were.</summary>
    public long CountStart()
    {
        var starts = table.Number(prefix + "starts") + 1;
        Write(("starts", starts, null));
        return starts;
    }

    /// <summary>The process lived through it.</summary>
    public void ForgetStarts() => Write(("starts", 0, null));

    /// <summary>The manifest in use loads.</summary>
    public void Prove() => Write(("unproved", 0, null));

    /// <summary>Everything was told.</summary>
    public void Told() => Write(("untold", null, null));

    /// <summary>The manifest last taken is given up.</summary>
    public void Abandon() => Write(("given_up", null, Desired is { } desired ? SHA256.HashData(desired) : GivenUp), ("desired", null, null));

    /// <summary>The manifest in use is given up for the one before.</summary>
    public void FallBack() => Write(
        ("given_up", null, Applied is { } applied ? SHA256.HashData(applied) : GivenUp),
        ("desired", null, Desired.AsSpan().SequenceEqual(Applied) ? null : Desired),
        ("applied", null, Previous), ("previous", null, null), ("untold", null, null));

    private void Write(params ReadOnlySpan<(string Name, long? Number, byte[]? Bytes)> values)
    {
        var named = new (string, long?, byte[]?)[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            named[i] = (prefix + values[i].Name, values[i].Number, values[i].Bytes);
        }

        table.Write(named);
    }
}
