using Microsoft.ML.OnnxRuntime;
using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Detection.Assignment;
using ShiTu.Trainer.Detection.Evaluation;
using ShiTu.Trainer.Distillation;

namespace ShiTu.Trainer.Detection.Training;

/// <summary>
/// A PicoDet in ONNX used as main-body detector: best class of a prior, class-agnostic NMS. Its outputs a level are [1,n,classes] scores
/// after sigmoid and [1,n,32] distances before softmax.
/// </summary>
internal sealed class BoxTeacher : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly Preparer _preparer;
    private readonly Priors _priors;
    private readonly float[] _planes;
    private readonly string[] _scores;
    private readonly string[] _sides;

    public BoxTeacher(string path, int threads)
    {
        if (!File.Exists(path))
        {
            throw new TeacherException($"Teacher {path} does not exist.");
        }

        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new InferenceSession(path, options);
        var input = _session.InputMetadata.Values.First().Dimensions;
        _priors = new Priors(input[2], input[3]);
        _preparer = new Preparer(Preparation.ImageNet(input[3], input[2], Interpolation.Cubic));
        _planes = new float[3 * input[2] * input[3]];
        _sides = Ordered(4 * Networks.DetectorShape.Bins, same: true);
        _scores = Ordered(4 * Networks.DetectorShape.Bins, same: false);
        if (_sides.Length != 4 || _scores.Length != 4)
        {
            throw new TeacherException($"Teacher {path} is no PicoDet without post-processing: it needs four outputs [1,n,32] and four of scores.");
        }
    }

    /// <summary>Finds boxes, best first, in pixels of the picture.</summary>
    public List<ScoredBox> Detect(PictureView picture, float floor, int most = 100)
    {
        _preparer.Prepare(picture, _planes);
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _planes.AsMemory(), [1, 3, _priors.Height, _priors.Width]);
        using var results = _session.Run(_run, [_session.InputNames[0]], [input], [.. _scores, .. _sides]);
        var (sx, sy) = ((float)picture.Width / _priors.Width, (float)picture.Height / _priors.Height);
        var found = new List<ScoredBox>();
        var first = 0;
        for (var level = 0; level < 4; level++)
        {
            var scores = results[level].GetTensorDataAsSpan<float>();
            var sides = results[level + 4].GetTensorDataAsSpan<float>();
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
                    found.Add(new(DistanceDecoder.Decode(_priors, first + i, sides.Slice(i * 32, 32)).Map(0, 0, sx, sy).Clip(picture.Width, picture.Height), best));
                }
            }

            first += cells;
        }

        return BoxSuppression.Keep(found, 0.6f, most);
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private string[] Ordered(int width, bool same) =>
        [.. _session.OutputMetadata.Where(o => (o.Value.Dimensions[^1] == width) == same).OrderByDescending(o => o.Value.Dimensions[^2]).Select(o => o.Key)];
}
