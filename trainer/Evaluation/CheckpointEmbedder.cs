using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Devices;
using ShiTu.Trainer.Networks;
using ShiTu.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Evaluation;

/// <summary>A checkpoint's network in libtorch, with the agent's preparation.</summary>
internal sealed class CheckpointEmbedder : IPictureEmbedder
{
    private readonly FeatureNetwork _network;
    private readonly int _size;
    private readonly Preparer _preparer;

    public CheckpointEmbedder(string checkpoint, int size)
    {
        _network = NetworkFile.Open(checkpoint).Network;
        _size = size;
        _preparer = new Preparer(Preparation.ImageNet(size, size, Interpolation.Linear));
    }

    public IReadOnlyList<float[]> Embed(IReadOnlyList<Picture> pictures)
    {
        using var nograd = no_grad();
        using var scope = NewDisposeScope();
        var planes = 3 * _size * _size;
        var values = new float[pictures.Count * planes];
        for (var i = 0; i < pictures.Count; i++)
        {
            _preparer.Prepare(pictures[i].View, values.AsSpan(i * planes, planes));
        }

        var input = Placement.ToDevice(tensor(values, [pictures.Count, 3, _size, _size], device: CPU)).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        var features = Placement.ToMain(_network.forward(input)).data<float>().ToArray();
        return [.. features.Chunk(features.Length / pictures.Count)];
    }

    public void Dispose() => _network.Dispose();
}
