using ShiTu.Trainer.Losses;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Tests.Losses;

public sealed class LossTests
{
    private static readonly float[,] A = { { 1, 0 }, { .8f, .6f }, { 0, 2 }, { -.6f, .8f } };
    private static readonly float[,] B = { { 1, 0 }, { .9f, .1f }, { -1, .2f }, { -.9f, -.1f } };
    private static readonly float[,] C = { { 3, 4 }, { 1, .2f }, { 0, 2 }, { -.5f, .5f } };

    public static TheoryData<string, double, bool, double> AngularGoldens => new()
    {
        { "C", 0.364296, true, 0.1 }, { "C", 0.314296, false, 0.1 }, { "A", 0.21, true, 0.1 }, { "A", 0.16, false, 0.1 }, { "B", 0.1, true, 0.1 }, { "B", 0, false, 0.1 },
    };

    [Theory]
    [MemberData(nameof(AngularGoldens))]
    public void TripletAngularMargin_gives_the_specifications_values(string set, double expected, bool quirk, double weight)
    {
        var loss = Angular(set, new TripletAngularMarginOptions(Quirk: quirk, AbsoluteWeight: weight));
        Assert.Equal(expected, loss, 1e-5);
    }

    [Fact]
    public void TripletAngularMargin_follows_its_options()
    {
        Assert.Equal(0.15, Angular("A", new TripletAngularMarginOptions(Absolute: false)), 1e-5);
        Assert.Equal(0.8, Angular("A", new TripletAngularMarginOptions(AbsoluteWeight: 1, Positive: .9, Negative: .5, Quirk: true)), 1e-5);
        Assert.Equal(0.34, Angular("A", new TripletAngularMarginOptions(Normalize: false, Quirk: true)), 1e-5);
    }

    [Fact]
    public void TripletAngularMargin_has_the_specifications_gradient()
    {
        using var scope = NewDisposeScope();
        var x = tensor(C).requires_grad_();
        new TripletAngularMarginLoss(new()).Of(x, Labels()).backward();
        float[] expected = [-.084806f, .063605f, .038469f, -.192345f, .271066f, 0, -.212132f, -.212132f];
        Assert.All(expected.Zip(x.grad!.data<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));
    }

    [Theory]
    [InlineData("A", true, 0.119014)]
    [InlineData("A", false, 0.164154)]
    [InlineData("C", true, 0.303565)]
    [InlineData("C", false, 1.256638)]
    public void TripletLossV2_gives_the_specifications_values(string set, bool normalize, double expected)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected, new TripletLossV2(normalize: normalize).Of(Set(set), Labels()).item<float>(), 1e-5);
    }

    [Theory]
    [InlineData(0.1, 0.765642)]
    [InlineData(0, 0.657517)]
    public void Cross_entropy_gives_the_specifications_values(double epsilon, double expected)
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[,] { { 2, .5f, -1, 0 }, { .2f, 1.5f, .3f, -.7f }, { -.5f, .1f, .9f, 2.2f }, { 1, 1, 1, 1 } });
        Assert.Equal(expected, SmoothedCrossEntropy.Of(logits, tensor(new long[] { 0, 1, 3, 2 }), epsilon).item<float>(), 2e-6);
    }

    [Theory]
    [InlineData(2, 1, 0, 23.632510, 13.416408, -9.486833)]
    [InlineData(-1, -.2f, 2, -29.417420, -5.883484, 11.350204)]
    [InlineData(-1, .05f, 0, -31.154586, 1.498129, 22.246073)]
    public void ArcMargin_gives_the_specifications_values(float x, float y, long label, double first, double second, double third)
    {
        using var scope = NewDisposeScope();
        using var head = new ArcMarginHead(2, 3);
        using (no_grad())
        {
            head.Weight.copy_(tensor(new float[,] { { 1, 0, -1 }, { 0, 1, 1 } }));
        }

        var output = head.forward(tensor(new[,] { { x, y } }), tensor(new[] { label })).data<float>().ToArray();
        Assert.All(new[] { first, second, third }.Zip(output), pair => Assert.Equal(pair.First, pair.Second, 2e-4));
    }

    [Theory]
    [InlineData("angular")]
    [InlineData("euclidean")]
    [InlineData("smoothed")]
    [InlineData("arc")]
    [InlineData("relation")]
    [InlineData("cosine")]
    public void Gradients_are_those_of_finite_differences(string which)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(11);
        var x = randn([12, 6], dtype: ScalarType.Float64).requires_grad_();
        var teacher = randn([12, 9], dtype: ScalarType.Float64);
        var labels = tensor(new long[] { 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3 });
        using var head = new ArcMarginHead(6, 4);
        head.to(ScalarType.Float64);
        Tensor Loss(Tensor at) => which switch
        {
            "angular" => new TripletAngularMarginLoss(new(AbsoluteWeight: 0.7)).Of(at, labels),
            "euclidean" => new TripletLossV2().Of(at, labels),
            "smoothed" => SmoothedCrossEntropy.Of(at, labels, 0.1),
            "arc" => SmoothedCrossEntropy.Of(head.forward(at, labels), labels, 0),
            "relation" => RelationLoss.OfSimilarities(at, [teacher, teacher * 2 + 1]),
            _ => RelationLoss.OfCosines(at, teacher.narrow(1, 0, 6)),
        };
        Loss(x).backward();
        var gradient = x.grad!.data<double>().ToArray();
        using var nograd = no_grad();
        for (var i = 0; i < 72; i += 5)
        {
            double At(double shift)
            {
                var moved = x.detach().clone();
                moved.view(-1)[i] += shift;
                return Loss(moved).item<double>();
            }

            Assert.Equal((At(1e-5) - At(-1e-5)) / 2e-5, gradient[i], 1e-6);
        }
    }

    [Fact]
    public void A_zero_vector_gives_a_finite_loss()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[,] { { 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 } });
        Assert.True(float.IsFinite(new TripletAngularMarginLoss(new()).Of(x, Labels()).item<float>()));
    }

    private static double Angular(string set, TripletAngularMarginOptions options)
    {
        using var scope = NewDisposeScope();
        return new TripletAngularMarginLoss(options).Of(Set(set), Labels()).item<float>();
    }

    private static Tensor Set(string name) => tensor(name switch { "A" => A, "B" => B, _ => C });

    private static Tensor Labels() => tensor(new long[] { 0, 0, 1, 1 });
}
