using System.Runtime.InteropServices;

namespace ShiTu.Inference.Engines.OpenVino;

/// <summary>ov_common.h.</summary>
internal static partial class OvCommon
{
    /// <summary>A constant string of the library: never freed.</summary>
    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_get_error_info")]
    public static partial nint ErrorInfo(int status);

    /// <summary>A string that the caller frees, or 0.</summary>
    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_get_last_err_msg")]
    public static partial nint LastErrorMessage();

    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_free")]
    public static partial void Free(nint content);
}
