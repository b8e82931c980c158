using ShiTu.Trainer.Training;
using Xunit;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Tests.Training;

public sealed class WeightAverageTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void It_forgets_its_start_and_then_follows_slowly(ScalarType number)
    {
        using var scope = NewDisposeScope();
        var weight = zeros(37, number);
        using var average = new WeightAverage([("w", weight)]);
        weight.fill_(1);

        // Decays of 1/10 and 2/11, then the limit.
        average.Update(0.2);
        AssertAll(0.9);
        average.Update(0.2);
        AssertAll(1 - (0.1 * 2 / 11));
        weight.fill_(2);
        average.Update(0.2);
        AssertAll(((1 - (0.1 * 2 / 11)) * 0.2) + (2 * 0.8));

        void AssertAll(double expected) => Assert.All(average.State.Single().Value.to(ScalarType.Float64).data<double>().ToArray(), value => Assert.Equal(expected, value, 1e-6));
    }
}
