using ShiTu.Trainer.Data;
using ShiTu.Trainer.Detection.Data;
using ShiTu.Trainer.Detection.Networks;
using ShiTu.Trainer.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Training;

/// <summary>The adapters of the hints and their loss: squared error of each map over the variance of its target.</summary>
internal sealed class HintStage : IDisposable
{
    private readonly HintTeacher _teacher;
    private readonly Conv2d[] _adapters;

    public HintStage(HintTeacher teacher, LcNet backbone)
    {
        _teacher = teacher;
        _adapters = [.. backbone.Channels.Select((channels, i) => nn.Conv2d(channels, HintTeacher.Channels[i], 1))];
    }

    /// <summary>The adapters' weights.</summary>
    public IEnumerable<(string Name, Tensor Parameter)> Parameters =>
        _adapters.SelectMany((adapter, i) => adapter.named_parameters().Select(p => ($"adapter{i}.{p.name}", (Tensor)p.parameter)));

    /// <summary>The loss of a batch, a number a stride, 1 for knowing nothing.</summary>
    public Tensor[] Losses(LcNet backbone, Batch batch)
    {
        var targets = _teacher.Activations(batch);
        using var input = NetworkInput.Normalize(batch.Pixels, batch.Count, batch.Size);
        var maps = backbone.forward(input);
        return [.. maps.Select((map, i) => (_adapters[i].call(map) - targets[i]).square().mean() / targets[i].var())];
    }

    public void Dispose()
    {
        foreach (var adapter in _adapters)
        {
            adapter.Dispose();
        }

        _teacher.Dispose();
    }
}
