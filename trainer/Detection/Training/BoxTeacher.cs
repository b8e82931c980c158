using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Detection.Evaluation;

namespace ShiTu.Trainer.Detection.Training;

/// <summary>A PicoDet used as main-body detector: best class of a prior, class-agnostic NMS.</summary>
internal sealed class BoxTeacher : IDisposable
{
    private readonly PicoDetSession _session;
    private readonly Preparer _preparer;
    private readonly float[] _planes;

    public BoxTeacher(string path, int threads)
    {
        _session = new PicoDetSession(path, threads);
        var priors = _session.Priors;
        _preparer = new Preparer(Preparation.ImageNet(priors.Width, priors.Height, Interpolation.Cubic));
        _planes = new float[3 * priors.Height * priors.Width];
    }

    /// <summary>Finds boxes, best first, in pixels of the picture.</summary>
    public List<ScoredBox> Detect(PictureView picture, float floor, int most = 100)
    {
        _preparer.Prepare(picture, _planes);
        using var results = _session.Run(_planes);
        var priors = _session.Priors;
        var (sx, sy) = ((float)picture.Width / priors.Width, (float)picture.Height / priors.Height);
        var found = new List<ScoredBox>();
        var first = 0;
        for (var level = 0; level < PicoDetSession.Levels; level++)
        {
            var scores = results[level].GetTensorDataAsSpan<float>();
            var sides = results[level + PicoDetSession.Levels].GetTensorDataAsSpan<float>();
            var cells = sides.Length / 32;
            var classes = scores.Length / cells;
            for (var i = 0; i < cells; i++)
            {
                var best = 0f;
                foreach (var score in scores.Slice(i * classes, classes))
                {
                    best = Math.Max(best, score);
                }

                if (best > floor)
                {
                    found.Add(new(DistanceDecoder.Decode(priors, first + i, sides.Slice(i * 32, 32)).Map(0, 0, sx, sy).Clip(picture.Width, picture.Height), best));
                }
            }

            first += cells;
        }

        return BoxSuppression.Keep(found, 0.6f, most);
    }

    public void Dispose() => _session.Dispose();
}
