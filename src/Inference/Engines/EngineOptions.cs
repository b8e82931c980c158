namespace ShiTu.Inference.Engines;

/// <summary>How models are run.</summary>
public sealed record EngineOptions
{
    /// <summary><c>auto</c>, <c>onnxruntime</c> or <c>openvino</c>. Auto takes OpenVINO where it is found and passes its self-test.</summary>
    public string Engine { get; init; } = "auto";

    /// <summary><c>auto</c>, <c>f32</c> or <c>bf16</c> (OpenVINO only).</summary>
    public string Precision { get; init; } = "auto";

    /// <summary>Threads inside one call; 0 is the number of cores.</summary>
    public int Threads { get; init; }

    /// <summary>Path of <c>libopenvino_c.so</c>; empty looks in the usual places.</summary>
    public string OpenVinoLibrary { get; init; } = "";

    /// <summary>Folder of compiled models; empty for none.</summary>
    public string CacheDirectory { get; init; } = "";

    /// <summary><see cref="Threads"/> with 0 resolved.</summary>
    internal int ThreadsOrCores => Threads == 0 ? Environment.ProcessorCount : Threads;

    /// <summary>Checks every value.</summary>
    /// <exception cref="InferenceException">A value is not one of those listed.</exception>
    public void Check()
    {
        if (Engine is not ("auto" or "onnxruntime" or "openvino")) throw new InferenceException($"engine \"{Engine}\" is not known; auto, onnxruntime or openvino are.");
        if (Precision is not ("auto" or "f32" or "bf16")) throw new InferenceException($"precision \"{Precision}\" is not known; auto, f32 or bf16 are.");
        if (Threads is < 0 or > 256) throw new InferenceException($"threads is {Threads}; 0 (one a core) to 256 are possible.");
        if (Engine == "onnxruntime" && Precision == "bf16") throw new InferenceException("precision bf16 needs the OpenVINO engine; the ONNX Runtime engine computes in f32.");
    }
}
