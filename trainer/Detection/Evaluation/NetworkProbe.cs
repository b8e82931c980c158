using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Detection.Assignment;
using ShiTu.Trainer.Detection.Data;
using ShiTu.Trainer.Detection.Losses;
using ShiTu.Trainer.Detection.Networks;
using ShiTu.Trainer.Networks;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Evaluation;

/// <summary>Measures a network on some pictures while it is being trained; what is shipped is measured through the agent's own engine.</summary>
internal sealed class NetworkProbe
{
    private const float Floor = 0.025f;
    private const float Suppression = 0.6f;
    private readonly List<(Picture Picture, IReadOnlyList<MarkedObject> Objects)> _pictures = [];

    public NetworkProbe(DetectionSet set, int most)
    {
        var step = Math.Max(1, set.Pictures.Count / Math.Max(1, most));
        foreach (var source in set.Pictures.Where((_, i) => i % step == 0).Take(most))
        {
            _pictures.Add((PictureDecoder.DecodeFile(source.File), source.Objects));
        }
    }

    /// <summary>Runs all pictures at a size.</summary>
    public CocoSummary Measure(PicoDet network, int size)
    {
        var evaluator = new CocoEvaluator();
        var resizer = new PictureResizer();
        var priors = new Priors(size, size);
        var pixels = new byte[size * size * 3];
        using var nograd = no_grad();
        foreach (var (picture, objects) in _pictures)
        {
            using var scope = NewDisposeScope();
            resizer.Resize(picture.View, pixels, size, size, Interpolation.Cubic);
            var (scores, boxes) = Predictions.Of(network.forward(NetworkInput.Normalize(pixels, 1, size))).Decode(priors);
            var (sx, sy) = ((float)picture.Width / size, (float)picture.Height / size);
            var found = new List<ScoredBox>();
            for (var i = 0; i < scores.Length; i++)
            {
                if (scores[i] > Floor)
                {
                    found.Add(new(boxes[i].Map(0, 0, sx, sy).Clip(picture.Width, picture.Height), scores[i]));
                }
            }

            evaluator.Add(objects, BoxSuppression.Keep(found, Suppression, 100));
        }

        return evaluator.Summarise();
    }
}
