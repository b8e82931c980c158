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
}
