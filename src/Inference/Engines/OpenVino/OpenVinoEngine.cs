using System.Globalization;
using System.Runtime.InteropServices;
using ShiTu.Inference.Ir;

namespace ShiTu.Inference.Engines.OpenVino;

/// <summary>OpenVINO on the CPU. Each batch size is compiled once, with fixed shapes.</summary>
internal sealed class OpenVinoEngine : IInferenceEngine
{
    private readonly CoreHandle _core;
    private readonly IrGraph _graph;
    private readonly EngineOptions _options;
    private readonly Dictionary<int, OpenVinoModel> _models = [];
    private readonly Lock _gate = new();

    private OpenVinoEngine(CoreHandle core, IrGraph graph, EngineOptions options, string library, string why)
    {
        (_core, _graph, _options) = (core, graph, options);
        Precision = Compiled(graph.DeclaredBatch).Precision;
        Description = string.Create(CultureInfo.InvariantCulture, $"openvino {Version()}, {Precision}, {options.ThreadsOrCores} threads, {library}{why}");
    }

    public string Name => "openvino";

    public string Precision { get; }

    public int Threads => _options.ThreadsOrCores;

    public string Description { get; }

    /// <exception cref="InferenceException">OpenVINO is not there or does not take the model.</exception>
    public static OpenVinoEngine Open(IrGraph graph, EngineOptions options, string why)
    {
        var library = OpenVinoLibrary.Load(options.OpenVinoLibrary);
        OvCore.Create(out var core).Check("start");
        try
        {
            return new OpenVinoEngine(core, graph, options, library, why);
        }
        catch
        {
            core.Dispose();
            throw;
        }
    }

    public IInferenceRequest CreateRequest(int batch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        return Compiled(batch).CreateRequest();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var model in _models.Values) model.Dispose();
            _models.Clear();
        }

        _core.Dispose();
    }

    private OpenVinoModel Compiled(int batch)
    {
        lock (_gate)
        {
            if (!_models.TryGetValue(batch, out var model)) _models.Add(batch, model = OpenVinoModel.Compile(_core, _graph, batch, _options));
            return model;
        }
    }

    private static string Version()
    {
        OvCore.GetVersion(out var version).Check("say its version");
        var number = Marshal.PtrToStringUTF8(version.BuildNumber) ?? "";
        OvCore.FreeVersion(ref version);
        return number;
    }
}
