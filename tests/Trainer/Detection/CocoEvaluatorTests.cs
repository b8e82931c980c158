using ShiTu.Trainer.Detection.Assignment;
using ShiTu.Trainer.Detection.Data;
using ShiTu.Trainer.Detection.Evaluation;
using Xunit;

namespace ShiTu.Trainer.Tests.Detection;

/// <summary>The worked example of detector.md 5, and a second implementation of the protocol written from its text alone.</summary>
public sealed class CocoEvaluatorTests
{
    [Fact]
    public void The_worked_example()
    {
        var evaluator = new CocoEvaluator();
        evaluator.Add([Mark(10, 10, 100, 100), Mark(150, 20, 40, 40)], [Found(12, 10, 100, 100, .9f), Found(10, 10, 50, 50, .7f), Found(155, 20, 40, 40, .6f)]);
        evaluator.Add([Mark(0, 0, 200, 120), Mark(30, 30, 20, 20)], [Found(0, 0, 200, 100, .8f), Found(300, 10, 50, 50, .5f), Found(32, 31, 20, 20, .4f)]);
        var result = evaluator.Summarise();
        Assert.Equal(.624587, result.Map, 6);
        Assert.Equal(.855611, result.Ap50, 6);
        Assert.Equal(.690594, result.Ap75, 6);
        Assert.Equal(.5, result.MapSmall, 6);
        Assert.Equal(.3, result.MapMedium, 6);
        Assert.Equal(.851485, result.MapLarge, 6);
        Assert.Equal(.425, result.Ar1, 6);
        Assert.Equal(.7, result.Ar10, 6);
        Assert.Equal(.7, result.Ar100, 6);
        Assert.Equal(.5, result.ArSmall, 6);
        Assert.Equal(.6, result.ArMedium, 6);
        Assert.Equal(.85, result.ArLarge, 6);
        Assert.Equal(1, result.Found5, 6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_second_implementation_agrees_on_random_pictures_with_crowds_and_ties(int seed)
    {
        var random = new Random(seed);
        var evaluator = new CocoEvaluator();
        var second = new PlainCoco();
        for (var picture = 0; picture < 60; picture++)
        {
            var objects = Enumerable.Range(0, random.Next(5)).Select(_ => Object(random)).ToList();
            var found = objects.Where(_ => random.Next(4) > 0).Select(o => Near(o.Box, random)).Concat(Enumerable.Range(0, random.Next(4)).Select(_ => Near(Object(random).Box, random))).ToList();
            evaluator.Add(objects, found);
            second.Add(objects, found);
        }

        var result = evaluator.Summarise();
        Assert.Equal(second.MeanPrecision(0, 1e10, 100), result.Map, 12);
        Assert.Equal(second.MeanPrecision(0, 1024, 100), result.MapSmall, 12);
        Assert.Equal(second.MeanPrecision(1024, 9216, 100), result.MapMedium, 12);
        Assert.Equal(second.MeanPrecision(9216, 1e10, 100), result.MapLarge, 12);
        Assert.Equal(second.MeanRecall(1), result.Ar1, 12);
        Assert.Equal(second.MeanRecall(5), result.Ar5, 12);
        Assert.InRange(result.Map, 0.05, 0.95);
    }

    [Fact]
    public void A_set_without_objects_measures_nothing()
    {
        var evaluator = new CocoEvaluator();
        evaluator.Add([], [Found(1, 1, 5, 5, .5f)]);
        Assert.Equal((-1, -1, 0), (evaluator.Summarise().Map, evaluator.Summarise().Found5, evaluator.Summarise().Objects));
    }

    private static MarkedObject Mark(float x, float y, float w, float h) => new(new Box(x, y, x + w, y + h), w * h);

    private static ScoredBox Found(float x, float y, float w, float h, float score) => new(new Box(x, y, x + w, y + h), score);

    private static MarkedObject Object(Random random)
    {
        var (w, h) = (random.Next(8, 180), random.Next(8, 180));
        var crowd = random.Next(12) == 0;
        var marked = Mark(random.Next(200), random.Next(200), w, h);
        return marked with { Area = random.Next(3) == 0 ? w * h * 0.6 : w * h, Crowd = crowd, Ignored = crowd || random.Next(10) == 0 };
    }

    // Few distinct scores, so that ties are common.
    private static ScoredBox Near(Box box, Random random) =>
        new(new Box(box.X1 + random.Next(-9, 10), box.Y1 + random.Next(-9, 10), box.X2 + random.Next(-9, 10), box.Y2 + random.Next(-9, 10)), random.Next(1, 12) / 12f);
}
