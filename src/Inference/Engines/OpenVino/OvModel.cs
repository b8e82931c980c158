using System.Runtime.InteropServices;

namespace ShiTu.Inference.Engines.OpenVino;

/// <summary>ov_model.h.</summary>
internal static unsafe partial class OvModel
{
    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_model_free")]
    public static partial void Free(nint model);

    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_model_inputs_size")]
    public static partial OvStatus InputCount(ModelHandle model, out nuint count);

    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_model_outputs_size")]
    public static partial OvStatus OutputCount(ModelHandle model, out nuint count);

    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_model_const_input_by_index")]
    public static partial OvStatus InputAt(ModelHandle model, nuint index, out PortHandle port);

    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_model_const_output_by_index")]
    public static partial OvStatus OutputAt(ModelHandle model, nuint index, out PortHandle port);

    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_model_reshape_by_port_indexes")]
    public static partial OvStatus Reshape(ModelHandle model, nuint* ports, OvPartialShape* shapes, nuint count);
}
