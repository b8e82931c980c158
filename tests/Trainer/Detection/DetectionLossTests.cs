using ShiTu.Trainer.Detection.Assignment;
using ShiTu.Trainer.Detection.Evaluation;
using ShiTu.Trainer.Detection.Losses;
using Xunit;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Tests.Detection;

/// <summary>Goldens of detector.md 2.1 and 4.3.</summary>
public sealed class DetectionLossTests
{
    private static readonly float[] Bins = [0, 1, 2, 3, 2, 1, 0, -1];

    [Theory]
    [InlineData(-4.595120f, 0f, 7.53775e-7)]
    [InlineData(-4.595120f, 0.6f, 1.6602734)]
    [InlineData(0f, 0f, 0.12996510)]
    [InlineData(0f, 0.6f, 0.41588831)]
    [InlineData(2f, 0.9f, 0.29423521)]
    [InlineData(2f, 0f, 1.23755863)]
    public void Varifocal_loss(float logit, float quality, double expected) =>
        Assert.Equal(expected, DetectionLoss.Varifocal(tensor(new[] { logit }), tensor(new[] { quality })).item<float>(), 1e-5 * Math.Max(1e-6, Math.Abs(expected)) + 1e-7);

    [Theory]
    [InlineData(2.3f, 1.4534514)]
    [InlineData(0f, 3.7534514)]
    [InlineData(3f, 0.7534514)]
    [InlineData(6.9f, 4.6534514)]
    public void Distribution_focal_loss(float distance, double expected) =>
        Assert.Equal(expected, DetectionLoss.DistributionFocal(tensor(Bins).reshape(1, 1, 8), tensor(new[] { distance }).reshape(1, 1)).item<float>(), 1e-5);

    [Theory]
    [InlineData(0f)]
    [InlineData(3.4f)]
    [InlineData(6.9f)]
    public void Uniform_logits_cost_ln_8_at_any_distance(float distance) =>
        Assert.Equal(Math.Log(8), DetectionLoss.DistributionFocal(zeros(1, 1, 8), tensor(new[] { distance }).reshape(1, 1)).item<float>(), 1e-5);

    [Theory]
    [InlineData(new float[] { 0, 0, 2, 2 }, new float[] { 1, 1, 3, 3 }, -0.0793651)]
    [InlineData(new float[] { 0, 0, 1, 1 }, new float[] { 2, 2, 3, 3 }, -0.7777778)]
    [InlineData(new float[] { 0, 0, 4, 4 }, new float[] { 1, 1, 3, 3 }, 0.25)]
    public void Giou(float[] a, float[] b, double expected)
    {
        Assert.Equal(expected, DetectionLoss.Giou(tensor(a).reshape(1, 4), tensor(b).reshape(1, 4)).item<float>(), 1e-6);
        Assert.Equal(expected, new Box(a[0], a[1], a[2], a[3]).Overlap(new Box(b[0], b[1], b[2], b[3])).Giou, 1e-6);
    }

    [Fact]
    public void Distances_are_the_mean_of_the_softmax()
    {
        Assert.Equal(3.0344875, DistanceDecoder.Distance(Bins), 1e-5);
        Assert.Equal(3.0344875, Predictions.Distances(tensor(Bins).reshape(1, 1, 8)).item<float>(), 1e-5);
    }

    [Fact]
    public void Decoded_scores_and_boxes_are_those_of_libtorchs_operators()
    {
        var priors = new Priors(96, 64);
        var logits = randn(2, priors.Count) * 4;
        var sides = randn(2 * priors.Count, 4, 8) * 5;
        var predictions = PriorRows.Of(logits, sides);
        var (scores, boxes) = predictions.Decode(priors);
        var all = arange(2 * priors.Count, ScalarType.Int64);
        var distances = Predictions.Distances(predictions.Sides(all)).data<float>().ToArray();
        Assert.Equal(logits.sigmoid().flatten().data<float>().ToArray(), scores, (a, b) => Math.Abs(a - b) < 1e-6);
        for (var i = 0; i < boxes.Length; i++)
        {
            var prior = i % priors.Count;
            var (x, y, stride) = (priors.X[prior], priors.Y[prior], priors.Stride[prior]);
            Assert.Equal(x - (distances[4 * i] * stride), boxes[i].X1, 1e-3);
            Assert.Equal(y - (distances[(4 * i) + 1] * stride), boxes[i].Y1, 1e-3);
            Assert.Equal(x + (distances[(4 * i) + 2] * stride), boxes[i].X2, 1e-3);
            Assert.Equal(y + (distances[(4 * i) + 3] * stride), boxes[i].Y2, 1e-3);
        }

        Assert.Equal(sides[priors.Count + 3].data<float>().ToArray(), predictions.Sides(tensor(new[] { priors.Count + 3L }))[0].contiguous().data<float>().ToArray());
    }

    [Fact]
    public void The_tiny_batch_at_initialisation()
    {
        var priors = new Priors(640, 640);
        var logits = full([1, priors.Count], -4.59511985f);
        var sides = zeros(priors.Count, 4, 8);
        var predictions = PriorRows.Of(logits, sides);
        var (scores, boxes) = predictions.Decode(priors);
        var assigned = Enumerable.Repeat(-1, priors.Count).ToArray();
        assigned[6400 + (3 * 40) + 5] = 0; // stride 16, prior (5.5, 3.5)
        var parts = DetectionLoss.Compute(predictions, priors, [[new Box(60, 24, 150, 66)]], assigned, scores, boxes);
        Assert.Equal(1, parts.Positives);
        Assert.Equal(0.3520766 + 0.0064063, parts.Varifocal.item<float>(), 1e-4);
        Assert.Equal(0.0151214, parts.Overlap.item<float>(), 1e-5);
        Assert.Equal(0.0051986, parts.Distribution.item<float>(), 1e-5);
    }

    [Fact]
    public void A_batch_of_background_pictures_trains_the_scores_and_nothing_else()
    {
        var priors = new Priors(64, 64);
        var logits = zeros(2, priors.Count).requires_grad_();
        var sides = zeros(2 * priors.Count, 4, 8).requires_grad_();
        var parts = DetectionLoss.Compute(PriorRows.Of(logits, sides), priors, [[], []]);
        parts.Total.backward();
        Assert.Equal(0.12996510 * 2 * priors.Count, parts.Varifocal.item<float>(), 1e-2);
        Assert.True(logits.grad!.min().item<float>() > 0);
        Assert.Equal(0, sides.grad!.abs().max().item<float>());
    }
}
