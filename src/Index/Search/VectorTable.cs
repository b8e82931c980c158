using System.Runtime.InteropServices;

namespace ShiTu.Index.Search;

/// <summary>Vectors row by row in native memory: nothing for the garbage collector to move, and an address that native code may keep.</summary>
internal sealed unsafe class VectorTable : SafeHandle
{
    private const int Alignment = 64;

    /// <summary>Copies the vectors.</summary>
    public VectorTable(ReadOnlySpan<float> vectors, int dimension)
        : base(0, ownsHandle: true)
    {
        Dimension = dimension;
        Count = vectors.Length / dimension;
        var bytes = (nuint)Math.Max(vectors.Length, 1) * sizeof(float);
        SetHandle((nint)NativeMemory.AlignedAlloc(bytes, Alignment));
        GC.AddMemoryPressure((long)bytes);
        vectors.CopyTo(new Span<float>((void*)handle, vectors.Length));
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Floats a vector.</summary>
    public int Dimension { get; }

    /// <summary>Number of vectors.</summary>
    public int Count { get; }

    /// <summary>All vectors.</summary>
    public ReadOnlySpan<float> All => new((void*)handle, Count * Dimension);

    /// <summary>Address of a row.</summary>
    public nint Address(int row) => handle + (nint)((long)row * Dimension * sizeof(float));

    /// <summary>A row.</summary>
    public ReadOnlySpan<float> Row(int row) => All.Slice(row * Dimension, Dimension);

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        GC.RemoveMemoryPressure(Math.Max(Count * Dimension, 1) * (long)sizeof(float));
        return true;
    }
}
