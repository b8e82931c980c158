using System.Runtime.InteropServices;

namespace ShiTu.Inference.Engines.OpenVino;

/// <summary><c>ov_version_t</c> of ov_core.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OvVersion
{
    public nint BuildNumber;
    public nint Description;
}
