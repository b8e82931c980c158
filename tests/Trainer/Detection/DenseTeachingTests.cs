using ShiTu.Inference.Imaging;
using ShiTu.TestKit;
using ShiTu.Trainer.Detection.Assignment;
using ShiTu.Trainer.Detection.Data;
using ShiTu.Trainer.Detection.Losses;
using ShiTu.Trainer.Detection.Training;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Tests.Detection;

/// <summary>A detector that teaches every prior of another.</summary>
public sealed class DenseTeachingTests
{
    private const string Teacher = "reference/teacher-picodet-s-coco/picodet_s_416_coco.onnx";

    [Theory]
    [InlineData(416, 0.9)]
    [InlineData(320, 0.8)]
    [InlineData(256, 0.75)]
    public void The_best_prior_of_each_level_grid_names_the_boxes_that_the_teacher_finds(int size, double overlap)
    {
        using var boxes = new BoxTeacher(TestFiles.Shared(Teacher), 1);
        using var dense = new DenseTeacher(new PicoDetSession(TestFiles.Shared(Teacher), 1), 2);
        var picture = PictureDecoder.Decode(File.ReadAllBytes(TestFiles.Shared("reference/picodet-xs-lcnet-coco/dog.jpg")));
        var best = boxes.Detect(picture.View, 0.5f)[0].Box.Map(0, 0, (float)size / picture.Width, (float)size / picture.Height);
        var batch = Batch(picture, size, [true, false]);
        var targets = dense.Teach(batch.ToInput(), batch.Drawn)!;
        var priors = new Priors(size, size);

        Assert.Equal([1L], targets.Pictures.data<long>().ToArray());
        Assert.Equal([1, priors.Count], targets.Scores.shape);
        var prior = targets.Scores[0].argmax().item<long>();
        var d = targets.Distances[0][prior].data<float>().ToArray();
        var (x, y, stride) = (priors.X[prior], priors.Y[prior], priors.Stride[prior]);
        var found = new Box(x - (d[0] * stride), y - (d[1] * stride), x + (d[2] * stride), y + (d[3] * stride));
        Assert.True(found.Iou(best) >= overlap, $"{found} beside {best}: {found.Iou(best):F3}");
    }

    [Fact]
    public void A_batch_that_was_drawn_whole_is_not_shown_to_the_teacher()
    {
        using var dense = new DenseTeacher(new PicoDetSession(TestFiles.Shared(Teacher), 1), 1);
        Assert.Null(dense.Teach(zeros(2, 3, 64, 64), [true, true]));
    }

    [Fact]
    public void Predictions_that_follow_the_loss_come_to_the_taught_scores_and_boxes()
    {
        var priors = new Priors(64, 64);
        var place = priors.InStrides();
        var scores = where(rand(1, priors.Count) > 0.9, 0.8, 0.02).to_type(ScalarType.Float32);
        var distances = (rand(1, priors.Count, 4) * 5) + 0.5;
        var targets = new DenseTargets(tensor(new[] { 1L }), scores, distances);
        var logits = new Parameter(full([2, priors.Count], -3f));
        var sides = new Parameter(zeros(2 * priors.Count, 4, 8));
        using var optimizer = optim.Adam([logits, sides], lr: 0.1);
        for (var step = 0; step < 300; step++)
        {
            optimizer.zero_grad();
            DenseLoss.Compute(PriorRows.Of(logits, sides), priors, targets, new DenseOptions()).backward();
            optimizer.step();
        }

        using var nograd = no_grad();
        Assert.True((logits[1].sigmoid() - scores[0]).abs().max().item<float>() < 0.15, "scores");
        Assert.Equal(-3, logits[0].mean().item<float>(), 1e-5);
        var rows = (scores[0] > 0.5).nonzero().flatten();
        Assert.NotEqual(0, rows.shape[0]);
        var taught = Predictions.Distances(sides.narrow(0, priors.Count, priors.Count)).index_select(0, rows);
        Assert.True((taught - distances[0].index_select(0, rows)).abs().max().item<float>() < 0.3, "distances");
        Assert.Equal([priors.Count, 2], place.shape);
    }

    private static DetectionBatch Batch(Picture picture, int size, bool[] drawn)
    {
        var one = new byte[size * size * 3];
        new PictureResizer().Resize(picture.View, one, size, size, Interpolation.Linear);
        if (picture.Order == PixelOrder.Bgr)
        {
            for (var i = 0; i < one.Length; i += 3)
            {
                (one[i], one[i + 2]) = (one[i + 2], one[i]);
            }
        }

        return new([.. Enumerable.Repeat(one, drawn.Length).SelectMany(p => p)], size, [.. drawn.Select(_ => Array.Empty<Box>())], drawn);
    }
}
