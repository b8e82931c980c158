using System.Runtime.InteropServices;

namespace ShiTu.Inference.Engines.OpenVino;

/// <summary>ov_tensor.h.</summary>
internal static partial class OvTensor
{
    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_tensor_get_byte_size")]
    public static partial OvStatus GetByteSize(TensorHandle tensor, out nuint bytes);

    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_tensor_data")]
    public static partial OvStatus GetData(TensorHandle tensor, out nint data);

    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_tensor_free")]
    public static partial void Free(nint tensor);
}
