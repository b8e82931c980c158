using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ShiTu.Index.Search;

namespace ShiTu.Index.Native;

/// <summary>
/// What the graph stores instead of a vector: where the vector lies and how long it is. The graph then works on the very vectors of the exact scan, in full
/// precision and with this program's kernel, and no vector is in memory twice.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct RowPointer(nint address, int dimension)
{
    /// <summary>Size in the 64-bit scalars that USearch is told of; it copies them as they are.</summary>
    public const int Scalars = 2;

    private readonly nint _address = address;
    private readonly long _dimension = dimension;

    /// <summary>1 less the dot product of the two vectors.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static float Distance(void* left, void* right)
    {
        var a = (RowPointer*)left;
        var b = (RowPointer*)right;
        return 1f - DotKernel.One(ref *(float*)a->_address, ref *(float*)b->_address, (int)a->_dimension);
    }
}
