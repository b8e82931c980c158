using System.Runtime.InteropServices;

namespace ShiTu.Inference.Engines.OpenVino;

/// <summary><c>ov_dimension_t</c> (and <c>ov_rank_t</c>) of ov_dimension.h: a range; equal ends mean a fixed side.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OvDimension
{
    public long Min;
    public long Max;

    public static OvDimension Fixed(long side) => new() { Min = side, Max = side };
}
