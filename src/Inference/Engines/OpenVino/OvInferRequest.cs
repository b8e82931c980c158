using System.Runtime.InteropServices;

namespace ShiTu.Inference.Engines.OpenVino;

/// <summary>ov_infer_request.h.</summary>
internal static partial class OvInferRequest
{
    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_infer_request_get_input_tensor_by_index")]
    public static partial OvStatus GetInput(InferRequestHandle request, nuint index, out TensorHandle tensor);

    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_infer_request_get_output_tensor_by_index")]
    public static partial OvStatus GetOutput(InferRequestHandle request, nuint index, out TensorHandle tensor);

    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_infer_request_infer")]
    public static partial OvStatus Infer(InferRequestHandle request);

    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_infer_request_free")]
    public static partial void Free(nint request);
}
