using ShiTu.Trainer.Detection.Networks;
using ShiTu.Trainer.Detection.Training;
using ShiTu.Trainer.Devices;
using ShiTu.Trainer.Losses;
using ShiTu.Trainer.Networks;
using ShiTu.Trainer.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Tests.Devices;

/// <summary>
/// What finds a tensor that is made in the wrong place on a machine without a GPU. libtorch's device of shapes without values refuses to be mixed with main memory,
/// but has no convolutions: networks are made and optimised there. They are run in double precision, where convolutions and products refuse what is left in single.
/// </summary>
public sealed class NetworksElsewhereTests : IDisposable
{
    private const int Pictures = 8;
    private readonly DisposeScope _scope = NewDisposeScope();

    private static Dictionary<string, Func<nn.Module>> Made { get; } = new()
    {
        ["features"] = () => new FeatureNetwork(new BackboneOptions(Branches: false)),
        ["features, with branches"] = () => new FeatureNetwork(new BackboneOptions()),
        ["features, version 1"] = () => new FeatureNetworkV1(),
        ["detector"] = () => new PicoDet(DetectorShape.Named("mainbody-lite", 0.25)),
        ["detector, the wide one"] = () => new PicoDet(DetectorShape.Named("picodet-lcnet", 0.25)),
        ["classes"] = () => new ClassHead(512, 5),
        ["classes with a margin"] = () => new ArcMarginHead(512, 5),
    };

    private static Dictionary<string, Func<Tensor, Tensor>> Terms { get; } = new()
    {
        ["angular"] = features => new TripletAngularMarginLoss(new()).Of(features, Labels()),
        ["angular, upstream's"] = features => new TripletAngularMarginLoss(new(Quirk: true)).Of(features, Labels()),
        ["euclidean"] = features => new TripletLossV2().Of(features, Labels()),
        ["cross-entropy"] = features => SmoothedCrossEntropy.Of(new ClassHead(512, 5).forward(features), Labels(), 0.1),
        ["margin"] = features => new ArcMarginHead(512, 5).forward(features, Labels()).log_softmax(1).mean(),
        ["cosines"] = features => RelationLoss.OfCosines(features, randn(Pictures, 512)),
        ["similarities"] = features => RelationLoss.OfSimilarities(features, [randn(Pictures, 300), randn(Pictures, 200)]),
    };

    public static TheoryData<string> Networks => [.. Made.Keys];

    public static TheoryData<string> Losses => [.. Terms.Keys];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_network_its_optimiser_and_its_average_are_where_the_process_computes(string name)
    {
        using var placement = Placement.On(META, ScalarType.Float32);
        Assert.ThrowsAny<Exception>(() => ones(3) + ones([3], device: CPU));
        using var network = Made[name]();
        (string Name, Tensor Parameter)[] parameters = [.. network.named_parameters().Select(p => (p.name, (Tensor)p.parameter))];
        foreach (var (_, parameter) in parameters) parameter.grad = ones(parameter.shape);
        using var momentum = new Optimizer(new(), parameters);
        using var adam = new Optimizer(new(OptimizerKind.AdamW), parameters);
        using var average = new WeightAverage(NamedState.Of(network));
        momentum.Step(0.1);
        adam.Step(0.1);
        average.Update(0.9);
        average.Swap();
        var all = NamedState.Of(network).Concat(network.named_buffers().Select(b => (b.name, b.buffer))).Concat(momentum.State).Concat(adam.State).Concat(average.State);
        Assert.All(all, item => Assert.Equal((item.Item1, DeviceType.META), (item.Item1, item.Item2.device_type)));
        Assert.Equal(DeviceType.META, NetworkInput.Normalize(new byte[2 * 32 * 32 * 3], 2, 32).device_type);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_network_learns_in_double_precision(string name)
    {
        using var placement = Placement.On(CPU, ScalarType.Float64);
        using var network = Made[name]();
        network.train();
        var pictures = NetworkInput.Normalize(new byte[2 * 64 * 64 * 3], 2, 64);
        var result = network switch
        {
            nn.Module<Tensor, Tensor[]> detector => detector.forward(pictures),
            ArcMarginHead margin => [margin.forward(randn(Pictures, 512), Labels())],
            nn.Module<Tensor, Tensor> module => [module.forward(network is ClassHead ? randn(Pictures, 512) : pictures)],
            _ => throw new InvalidOperationException(name),
        };
        result.Select(part => part.square().mean()).Aggregate((a, b) => a + b).backward();
        Assert.All(result, part => Assert.Equal(ScalarType.Float64, part.dtype));
        Assert.All(network.named_parameters(), p => Assert.Equal((p.name, ScalarType.Float64), (p.name, p.parameter.grad!.dtype)));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_loss_is_as_precise_as_its_features(string name)
    {
        random.manual_seed(1);
        var start = randn(Pictures, 512);
        random.manual_seed(2);
        var single = Terms[name](start).ToDouble();
        using var placement = Placement.On(CPU, ScalarType.Float64);
        var features = Placement.ToDevice(start).requires_grad_();
        random.manual_seed(2);
        var loss = Terms[name](features);
        loss.backward();
        Assert.Equal((ScalarType.Float64, ScalarType.Float64), (loss.dtype, features.grad!.dtype));

        // Where the term draws numbers of its own, single and double draw different ones.
        if (name is "angular" or "angular, upstream's" or "euclidean") Assert.Equal(single, loss.item<double>(), 1e-5);
    }

    private static Tensor Labels() => tensor(new[] { 0, 0, 1, 1, 2, 2, 3, 4 }, dtype: ScalarType.Int64);
}
