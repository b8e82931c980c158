using System.Runtime.InteropServices;

namespace ShiTu.Inference.Engines.OpenVino;

/// <summary>An object of the C API that its own function frees.</summary>
internal abstract class OpenVinoHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        Free(handle);
        return true;
    }

    protected abstract void Free(nint value);
}

/// <summary><c>ov_core_t</c>.</summary>
internal sealed class CoreHandle : OpenVinoHandle
{
    protected override void Free(nint value) => OvCore.Free(value);
}

/// <summary><c>ov_model_t</c>.</summary>
internal sealed class ModelHandle : OpenVinoHandle
{
    protected override void Free(nint value) => OvModel.Free(value);
}

/// <summary><c>ov_output_const_port_t</c>.</summary>
internal sealed class PortHandle : OpenVinoHandle
{
    protected override void Free(nint value) => OvNode.Free(value);
}

/// <summary><c>ov_compiled_model_t</c>.</summary>
internal sealed class CompiledModelHandle : OpenVinoHandle
{
    protected override void Free(nint value) => OvCompiledModel.Free(value);
}

/// <summary><c>ov_infer_request_t</c>.</summary>
internal sealed class InferRequestHandle : OpenVinoHandle
{
    protected override void Free(nint value) => OvInferRequest.Free(value);
}

/// <summary><c>ov_tensor_t</c>.</summary>
internal sealed class TensorHandle : OpenVinoHandle
{
    protected override void Free(nint value) => OvTensor.Free(value);
}
