using System.Runtime.InteropServices;

namespace ShiTu.Inference.Engines.OpenVino;

/// <summary>ov_node.h and ov_shape.h.</summary>
internal static partial class OvNode
{
    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_const_port_get_shape")]
    public static partial OvStatus GetShape(PortHandle port, out OvShape shape);

    /// <summary>A string that the caller frees.</summary>
    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_port_get_any_name")]
    public static partial OvStatus GetAnyName(PortHandle port, out nint name);

    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_output_const_port_free")]
    public static partial void Free(nint port);

    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_shape_free")]
    public static partial OvStatus FreeShape(ref OvShape shape);
}
