namespace ShiTu.Inference.Engines.OpenVino;

/// <summary>One inference request with the tensors that OpenVINO allocated for it.</summary>
internal sealed class OpenVinoRequest : IInferenceRequest
{
    private readonly InferRequestHandle _request;
    private readonly string _file;
    private readonly TensorHandle[] _inputs;
    private readonly TensorHandle[] _outputs;

    public OpenVinoRequest(InferRequestHandle request, string file, OpenVinoModel.Port[] inputs, OpenVinoModel.Port[] outputs)
    {
        (_request, _file) = (request, file);
        Inputs = Array.ConvertAll(inputs, port => port.Tensor);
        Outputs = Array.ConvertAll(outputs, port => port.Tensor);
        (_inputs, _outputs) = (new TensorHandle[inputs.Length], new TensorHandle[outputs.Length]);
        try
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                OvInferRequest.GetInput(request, (nuint)inputs[i].Index, out _inputs[i]).Check($"give an input of {file}");
                CheckSize(_inputs[i], Inputs[i]);
            }

            for (var i = 0; i < outputs.Length; i++)
            {
                OvInferRequest.GetOutput(request, (nuint)outputs[i].Index, out _outputs[i]).Check($"give an output of {file}");
                CheckSize(_outputs[i], Outputs[i]);
            }

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

    public Span<float> Input(int index) => Values(_inputs[index], Inputs[index].Length);

    public void Run()
    {
        var status = OvInferRequest.Infer(_request);
        if (status.Code != 0) status.Check($"run {_file}");
    }

    public ReadOnlySpan<float> Output(int index) => Values(_outputs[index], Outputs[index].Length);

    public void Dispose()
    {
        foreach (var tensor in _inputs) tensor?.Dispose();
        foreach (var tensor in _outputs) tensor?.Dispose();
        _request.Dispose();
    }

    private static unsafe Span<float> Values(TensorHandle tensor, int length)
    {
        var status = OvTensor.GetData(tensor, out var data);
        if (status.Code != 0) status.Check("give the values of a tensor");
        return new Span<float>((void*)data, length);
    }

    private void CheckSize(TensorHandle tensor, TensorDescription description)
    {
        OvTensor.GetByteSize(tensor, out var bytes).Check("say the size of a tensor");
        if (bytes != (nuint)description.Length * sizeof(float))
            throw new InferenceException($"{_file}: OpenVINO gives \"{description.Name}\" {bytes} bytes; {description.Length} 32-bit floats were expected.");
    }
}
