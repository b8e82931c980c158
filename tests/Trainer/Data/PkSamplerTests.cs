using ShiTu.Trainer.Data;
using Xunit;

namespace ShiTu.Trainer.Tests.Data;

public sealed class PkSamplerTests
{
    private static readonly int[] Labels = [.. Enumerable.Range(0, 20).SelectMany(label => Enumerable.Repeat(label, label == 0 ? 2 : 10)), -1, -1];

    [Fact]
    public void A_batch_has_P_distinct_classes_with_K_pictures_each()
    {
        var sampler = new PkSampler(Labels, Weights());
        for (var step = 0; step < 50; step++)
        {
            var groups = sampler.Draw(32, 4, 5, step).Select(picture => Labels[picture]).Chunk(4).ToList();
            Assert.All(groups, group => Assert.Single(group.Distinct()));
            Assert.Equal(8, groups.Select(group => group[0]).Distinct().Count());
        }
    }

    [Fact]
    public void Pictures_of_a_class_repeat_only_where_it_has_too_few()
    {
        var sampler = new PkSampler(Labels, Weights());
        foreach (var group in Enumerable.Range(0, 100).SelectMany(step => sampler.Draw(32, 4, 1, step).Chunk(4)))
        {
            Assert.True(Labels[group[0]] == 0 || group.Distinct().Count() == 4);
        }
    }

    [Fact]
    public void A_draw_is_a_function_of_seed_and_step()
    {
        Assert.Equal(new PkSampler(Labels, Weights()).Draw(32, 4, 9, 123), new PkSampler(Labels, Weights()).Draw(32, 4, 9, 123));
        Assert.NotEqual(new PkSampler(Labels, Weights()).Draw(32, 4, 9, 123), new PkSampler(Labels, Weights()).Draw(32, 4, 9, 124));
        Assert.NotEqual(new PkSampler(Labels, Weights()).Draw(32, 4, 9, 123), new PkSampler(Labels, Weights()).Draw(32, 4, 8, 123));
    }

    [Fact]
    public void A_class_of_four_times_the_weight_is_drawn_four_times_as_often()
    {
        var weights = Weights();
        weights[7] = 4;
        var sampler = new PkSampler(Labels, weights);
        var drawn = Enumerable.Range(0, 20000).Select(step => Labels[sampler.Draw(4, 4, 3, step)[0]]).GroupBy(label => label).ToDictionary(group => group.Key, group => group.Count());
        Assert.InRange(drawn[7] / (double)drawn[8], 3.4, 4.6);
    }

    [Fact]
    public void Fewer_classes_than_asked_for_fill_the_batch()
    {
        var sampler = new PkSampler([0, 0, 0, 1, 1, 1], [1, 1]);
        var batch = sampler.Draw(16, 4, 1, 0);
        Assert.Equal(16, batch.Length);
        Assert.Equal(8, batch.Count(picture => picture < 3));
    }

    [Fact]
    public void One_class_only_is_refused_with_the_reason()
    {
        var error = Assert.Throws<DataException>(() => new PkSampler([0, 0, 0], [1]));
        Assert.Contains("at least two classes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_that_is_no_multiple_is_refused() => Assert.Throws<DataException>(() => new PkSampler(Labels, Weights()).Draw(30, 4, 1, 0));

    private static double[] Weights() => [.. Enumerable.Repeat(1.0, 20)];
}
