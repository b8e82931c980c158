using Microsoft.ML.OnnxRuntime;

namespace ShiTu.Inference.Engines.OnnxRuntime;

/// <summary>One call of a session over buffers that were bound once.</summary>
internal sealed class OnnxRuntimeRequest : IInferenceRequest
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options;
    private readonly string _file;
    private readonly OrtIoBinding _binding;
    private readonly List<NativeTensor> _tensors = [];
    private readonly List<OrtValue> _values = [];

    public OnnxRuntimeRequest(InferenceSession session, RunOptions options, string file, TensorDescription[] inputs, TensorDescription[] outputs)
    {
        (_session, _options, _file, Inputs, Outputs) = (session, options, file, inputs, outputs);
        _binding = session.CreateIoBinding();
        try
        {
            for (var i = 0; i < inputs.Length; i++) _binding.BindInput($"in{i}", Bind(inputs[i]));
            for (var i = 0; i < outputs.Length; i++) _binding.BindOutput($"out{i}", Bind(outputs[i]));

            // The first call of a shape plans and allocates its memory; later calls find it there.
            Run();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<TensorDescription> Inputs { get; }

    public IReadOnlyList<TensorDescription> Outputs { get; }

    public Span<float> Input(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Inputs.Count);
        return _tensors[index].Values;
    }

    public ReadOnlySpan<float> Output(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Outputs.Count);
        return _tensors[Inputs.Count + index].Values;
    }

    public void Run()
    {
        try
        {
            _session.RunWithBinding(_options, _binding);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InferenceException($"{_file}: ONNX Runtime failed at batch {Inputs[0].Shape.FirstOrDefault(1)}: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        _binding.Dispose();
        foreach (var value in _values) value.Dispose();
        foreach (var tensor in _tensors) tensor.Dispose();
        _values.Clear();
        _tensors.Clear();
    }

    private OrtValue Bind(TensorDescription description)
    {
        var tensor = new NativeTensor(description.Length);
        _tensors.Add(tensor);
        var value = OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance,
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float,
            Array.ConvertAll(description.Shape, side => (long)side),
            tensor.Address,
            (long)tensor.Length * sizeof(float));
        _values.Add(value);
        return value;
    }
}
