using System.Runtime.InteropServices;

namespace ShiTu.Inference.Engines.OpenVino;

/// <summary><c>ov_shape_t</c> of ov_shape.h: a static shape.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OvShape
{
    public long Rank;
    public long* Dims;
}
