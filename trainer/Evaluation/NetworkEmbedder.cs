using ShiTu.Trainer.Data;
using ShiTu.Trainer.Devices;
using ShiTu.Trainer.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Evaluation;

/// <summary>Embeds cached pictures with a network as it is in training, in evaluation mode.</summary>
internal static class NetworkEmbedder
{
    public static float[][] Embed(FeatureNetwork network, IReadOnlyList<CachedPicture> pictures, int size, CancellationToken token, int batch = 32)
    {
        var training = network.training;
        network.eval();
        using var nograd = no_grad();
        var rows = new List<float[]>();
        for (var start = 0; start < pictures.Count; start += batch)
        {
            token.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var count = Math.Min(batch, pictures.Count - start);
            var pixels = new byte[count * size * size * 3];
            for (var i = 0; i < count; i++)
            {
                AffineSampler.Whole(pictures[start + i], pixels.AsSpan(i * size * size * 3, size * size * 3), size);
            }

            var values = Placement.ToMain(Losses.UnitVectors.Of(network.forward(NetworkInput.Normalize(pixels, count, size)))).data<float>().ToArray();
            rows.AddRange(values.Chunk(values.Length / count));
        }

        network.train(training);
        return [.. rows];
    }
}
