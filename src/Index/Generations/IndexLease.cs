namespace ShiTu.Index.Generations;

/// <summary>A borrowed generation; dispose it to give it back.</summary>
public readonly struct IndexLease : IDisposable
{
    /// <summary>The generation.</summary>
    public IndexGeneration Index => throw new NotSupportedException("Being written.");

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
