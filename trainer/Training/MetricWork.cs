using ShiTu.Trainer.Data;
using ShiTu.Trainer.Distillation;
using ShiTu.Trainer.Losses;
using ShiTu.Trainer.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Training;

/// <summary>Metric learning on the labelled part of a batch, the teachers' word on the rest, all in one pass through the network.</summary>
internal sealed class MetricWork : IStageWork, IDisposable
{
    private const int CentreBatches = 24;
    private readonly FeatureNetwork _network;
    private readonly ClassHead _head;
    private readonly OnnxTeacher? _teacher;
    private readonly IReadOnlyList<OnnxTeacher> _relations;
    private readonly PictureSet _set;
    private readonly StageOptions _stage;
    private readonly BatchMaker _maker;
    private readonly TripletAngularMarginLoss _triplet;
    private readonly Dictionary<OnnxTeacher, Tensor> _centres = [];

    public MetricWork(FeatureNetwork network, ClassHead head, OnnxTeacher? teacher, IReadOnlyList<OnnxTeacher> relations, PictureSet set, StageOptions stage, long seed)
    {
        (_network, _head, _teacher, _relations, _set, _stage) = (network, head, teacher, relations, set, stage);
        _maker = new BatchMaker(set, stage.Augmentation ?? new(), seed);
        _triplet = new TripletAngularMarginLoss(stage.TripletOptions ?? new());
    }

    public IEnumerable<(string Name, Tensor Parameter)> Parameters
    {
        get
        {
            var frozen = Enumerable.Range(0, _stage.Freeze).Select(i => $"backbone.{PpLcNetV2.Name(i)}.").Append(_stage.Freeze > 0 ? "backbone.stem.0." : "-").ToArray();
            return _network.named_parameters().Where(p => !frozen.Any(name => p.name.StartsWith(name, StringComparison.Ordinal))).Select(p => (p.name, (Tensor)p.parameter))
                .Append(("head.weight", _head.Weight));
        }
    }

    private IEnumerable<OnnxTeacher> RelationTeachers => _teacher is null ? _relations : _relations.Prepend(_teacher);

    public Batch Make(long step, int size) => _maker.Make(step, _stage.Batch, _stage.PerClass, _stage.Unlabelled, size);

    public void Learn(Batch batch, LossParts losses)
    {
        _network.train();
        var (trunk, features) = _network.Run(NetworkInput.Normalize(batch.Pixels, batch.Count, batch.Size));
        var terms = new List<Tensor>();
        void Add(string name, double weight, Func<Tensor> term)
        {
            if (weight != 0)
            {
                var value = term();
                losses.Add(name, value.item<float>());
                terms.Add(value * weight);
            }
        }

        var labelled = batch.Labels.Length;
        if (labelled > 0)
        {
            var own = features.narrow(0, 0, labelled);
            var labels = tensor(batch.Labels, dtype: ScalarType.Int64);
            Add("triplet", _stage.Triplet, () => _triplet.Of(own, labels));
            var known = Enumerable.Range(0, labelled).Where(i => batch.Labels[i] < _set.TrainedClasses).Select(i => (long)i).ToArray();
            if (known.Length > 0)
            {
                var rows = tensor(known);
                Add("ce", _stage.CrossEntropy, () => SmoothedCrossEntropy.Of(_head.forward(own.index_select(0, rows)), labels.index_select(0, rows), _stage.Smoothing));
            }
        }

        if (_stage.TeacherCosine != 0 || _stage.TeacherRelation != 0)
        {
            var taught = _teacher!.Embed(batch);
            Add("cosine", _stage.TeacherCosine, () => RelationLoss.OfCosines(trunk, taught));
            Add("relation", _stage.TeacherRelation, () => RelationLoss.OfSimilarities(
                features.narrow(0, labelled, batch.Count - labelled),
                [.. RelationTeachers.Select(teacher => (teacher == _teacher ? taught.narrow(0, labelled, batch.Count - labelled) : teacher.Embed(batch, labelled)) - Centre(teacher))]));
        }

        var sum = terms.Aggregate((a, b) => a + b);
        losses.Add("loss", sum.item<float>());
        sum.backward();
    }

    public void Finish(CancellationToken token)
    {
    }

    public void Dispose()
    {
        foreach (var centre in _centres.Values)
        {
            centre.Dispose();
        }
    }

    /// <summary>Mean of a teacher's embeddings over views of the unlabelled pictures; without it all its cosines are near 1.</summary>
    private Tensor Centre(OnnxTeacher teacher)
    {
        if (!_centres.TryGetValue(teacher, out var centre))
        {
            using var scope = NewDisposeScope();
            if (_stage.CenterTeacher)
            {
                var size = _stage.Sizes is { Count: > 0 } sizes ? sizes[sizes.Count / 2] : 224;
                centre = stack(Enumerable.Range(0, CentreBatches).Select(i => teacher.Embed(_maker.Make(-1000 - i, 0, 1, 32, size)).mean([0L]))).mean([0L]);
            }
            else
            {
                centre = zeros(1);
            }

            _centres[teacher] = centre.DetachFromDisposeScope();
        }

        return centre;
    }
}
