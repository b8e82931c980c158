using System.Runtime.InteropServices;

namespace ShiTu.Inference.Engines.OpenVino;

/// <summary>ov_compiled_model.h.</summary>
internal static partial class OvCompiledModel
{
    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_compiled_model_create_infer_request")]
    public static partial OvStatus CreateRequest(CompiledModelHandle compiled, out InferRequestHandle request);

    /// <summary>The value is a string that the caller frees.</summary>
    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_compiled_model_get_property", StringMarshalling = StringMarshalling.Utf8)]
    public static partial OvStatus GetProperty(CompiledModelHandle compiled, string key, out nint value);

    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_compiled_model_free")]
    public static partial void Free(nint compiled);
}
