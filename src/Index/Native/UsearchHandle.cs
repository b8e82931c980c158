using System.Runtime.InteropServices;

namespace ShiTu.Index.Native;

/// <summary>Owns a <c>usearch_index_t</c>.</summary>
internal sealed class UsearchHandle : SafeHandle
{
    /// <summary>Makes an index.</summary>
    public UsearchHandle(in UsearchNative.Options options)
        : base(0, ownsHandle: true)
    {
        SetHandle(UsearchNative.Init(options, out var error));
        UsearchNative.Check(error);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        UsearchNative.Free(handle, out var error);
        return error == 0;
    }
}
