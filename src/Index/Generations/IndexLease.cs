namespace ShiTu.Index.Generations;

/// <summary>A borrowed generation; dispose it once to give it back.</summary>
public readonly struct IndexLease : IDisposable, IEquatable<IndexLease>
{
    internal IndexLease(IndexGeneration index) => Index = index;

    /// <summary>The generation.</summary>
    public IndexGeneration Index { get; }

    /// <summary>True for the same generation.</summary>
    public static bool operator ==(IndexLease left, IndexLease right) => left.Equals(right);

    /// <summary>True for another generation.</summary>
    public static bool operator !=(IndexLease left, IndexLease right) => !left.Equals(right);

    /// <inheritdoc/>
    public void Dispose() => Index?.Release();

    /// <inheritdoc/>
    public bool Equals(IndexLease other) => ReferenceEquals(Index, other.Index);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IndexLease other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Index?.GetHashCode() ?? 0;
}
