using ShiTu.Inference.Engines;

namespace ShiTu.EdgeAgent.Configuration;

/// <summary>Which models run, and how.</summary>
internal sealed record ModelOptions
{
    /// <summary>Folder that holds the model folders; empty takes <c>models</c> beside the program.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Name of the detector's folder.</summary>
    public string Detector { get; init; } = "mainbody-x1_0-320";

    /// <summary>Name of the feature model's folder.</summary>
    public string Feature { get; init; } = "general-pplcnetv2-176";

    /// <summary><c>auto</c>, <c>onnxruntime</c> or <c>openvino</c>.</summary>
    public string Engine { get; init; } = "auto";

    /// <summary><c>auto</c>, <c>f32</c> or <c>bf16</c> (OpenVINO only).</summary>
    public string Precision { get; init; } = "auto";

    /// <summary>Threads inside one model call; 0 is one a core.</summary>
    public int Threads { get; init; }

    /// <summary>Path of <c>libopenvino_c.so</c>; empty looks in the usual places.</summary>
    public string OpenvinoLibrary { get; init; } = "";

    /// <summary>Full path of the detector's folder.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string DetectorFolder => Path.Combine(Root, Detector);

    /// <summary>Full path of the feature model's folder.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string FeatureFolder => Path.Combine(Root, Feature);

    private string Root => Folder.Length > 0 ? Folder : Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>The engine's options.</summary>
    public EngineOptions ToEngine(string cacheDirectory) => new()
    {
        Engine = Engine,
        Precision = Precision,
        Threads = Threads,
        OpenVinoLibrary = OpenvinoLibrary,
        CacheDirectory = cacheDirectory,
    };

    /// <summary>What is wrong, each with its key.</summary>
    public IEnumerable<string> Validate(string path)
    {
        if (Engine is not ("auto" or "onnxruntime" or "openvino"))
        {
            yield return $"{path}.engine: expected auto, onnxruntime or openvino, not '{Engine}'.";
        }

        if (Precision is not ("auto" or "f32" or "bf16"))
        {
            yield return $"{path}.precision: expected auto, f32 or bf16, not '{Precision}'.";
        }

        if (Threads is < 0 or > 256)
        {
            yield return $"{path}.threads: expected 0 (one a core) to 256, not {Threads}.";
        }
    }
}
