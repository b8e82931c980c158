namespace ShiTu.Inference.Engines;

/// <summary>A loaded model that gives requests of fixed batch sizes. Safe for several threads.</summary>
public interface IInferenceEngine : IDisposable
{
    /// <summary><c>onnxruntime</c> or <c>openvino</c>.</summary>
    string Name { get; }

    /// <summary>Arithmetic in use: <c>f32</c> or <c>bf16</c>.</summary>
    string Precision { get; }

    /// <summary>Threads inside one call.</summary>
    int Threads { get; }

    /// <summary>Engine, version, precision, threads, and why this engine was taken: one line for people.</summary>
    string Description { get; }

    /// <summary>A request with its own buffers for exactly <paramref name="batch"/> pictures. Compiles the shape on first use.</summary>
    /// <exception cref="InferenceException">The engine cannot run the model at this batch size.</exception>
    IInferenceRequest CreateRequest(int batch);
}
