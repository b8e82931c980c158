using System.Runtime.InteropServices;

namespace ShiTu.Inference.Engines.OpenVino;

/// <summary><c>ov_partial_shape_t</c> of ov_partial_shape.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OvPartialShape
{
    public OvDimension Rank;
    public OvDimension* Dims;
}
