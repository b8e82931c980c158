using Microsoft.ML.OnnxRuntime;

namespace ShiTu.Inference.Engines.OnnxRuntime;

/// <summary>The session settings of a service that runs for months beside other work.</summary>
internal static class OnnxSessionOptions
{
    public static SessionOptions Create(EngineOptions options)
    {
        var session = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = options.ThreadsOrCores,
            InterOpNumThreads = 1,

            // A pattern is one more block a batch size, as large as everything a call holds, beside the arena's blocks that the first call took: a quarter of the memory, for no speed.
            EnableMemoryPattern = false,
            EnableCpuMemArena = true,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };

        // Threads that wait for work by spinning would take a core from cameras and the other model's call.
        session.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");

        // Denormals cost up to a hundred times a normal operation and mean nothing to a network.
        session.AddSessionConfigEntry("session.set_denormal_as_zero", "1");

        // Integer kernels for depthwise convolutions are slower than the float ones: quantise and dequantise, but convolve in float.
        session.AddSessionConfigEntry("session.disable_quant_qdq", "1");
        return session;
    }
}
