namespace ShiTu.Inference.Engines;

/// <summary>One preallocated inference call. Used by one thread at a time.</summary>
public interface IInferenceRequest : IDisposable
{
    /// <summary>The model's inputs at this batch size.</summary>
    IReadOnlyList<TensorDescription> Inputs { get; }

    /// <summary>The model's outputs at this batch size, in the order of the model file.</summary>
    IReadOnlyList<TensorDescription> Outputs { get; }

    /// <summary>The buffer of input <paramref name="index"/>: write here, then <see cref="Run"/>.</summary>
    Span<float> Input(int index);

    /// <summary>Runs the model. Allocates nothing.</summary>
    /// <exception cref="InferenceException">The engine failed; the message names model and engine.</exception>
    void Run();

    /// <summary>The buffer of output <paramref name="index"/>, valid until the next <see cref="Run"/>.</summary>
    ReadOnlySpan<float> Output(int index);
}
