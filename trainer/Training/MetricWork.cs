using ShiTu.Trainer.Data;
using ShiTu.Trainer.Distillation;
using ShiTu.Trainer.Losses;
using ShiTu.Trainer.Networks;
using ShiTu.Trainer.Ranks;
using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Training;

/// <summary>
/// Metric learning on the labelled part of a batch, the teachers' word on the rest, all in one pass through the network. Of several ranks each runs its part
/// through the network and computes the loss of the whole step.
/// </summary>
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
    private readonly Func<Tensor, Tensor, Tensor> _triplet;
    private readonly RankGroup? _ranks;
    private readonly Func<Tensor, Tensor> _noise;
    private readonly Dictionary<OnnxTeacher, Tensor> _centres = [];

    public MetricWork(FeatureNetwork network, ClassHead head, OnnxTeacher? teacher, IReadOnlyList<OnnxTeacher> relations, PictureSet set, StageOptions stage, long seed, RankGroup? ranks = null)
    {
        (_network, _head, _teacher, _relations, _set, _stage, _ranks) = (network, head, teacher, relations, set, stage, ranks);
        _noise = network.Backbone.Noise;
        _maker = new BatchMaker(set, stage.Augmentation ?? new(), seed);
        _triplet = stage.TripletKind == TripletKind.Euclidean ? new TripletLossV2().Of : new TripletAngularMarginLoss(stage.TripletOptions ?? new()).Of;
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

    public Batch Make(long step, int size) => _maker.Make(step, _stage.Batch, _stage.PerClass, _stage.Unlabelled, size, Shard.Of(_ranks));

    public void Learn(Batch batch, LossParts losses)
    {
        _network.train();
        var (labelled, others) = (batch.StepLabels.Length, _stage.Unlabelled);
        var (trunk, features) = Run(batch, labelled, others);
        var terms = new List<Tensor>();
        void Add(string name, double weight, Func<Tensor> term)
        {
            if (weight != 0)
            {
                var value = term();
                losses.Add(name, value.ToDouble());
                terms.Add(value * weight);
            }
        }

        if (labelled > 0)
        {
            var own = features.narrow(0, 0, labelled);
            var labels = tensor(batch.StepLabels, dtype: ScalarType.Int64);
            Add("triplet", _stage.Triplet, () => _triplet(own, labels));
            var known = Enumerable.Range(0, labelled).Where(i => batch.StepLabels[i] < _set.TrainedClasses).Select(i => (long)i).ToArray();
            if (known.Length > 0)
            {
                var rows = tensor(known);
                Add("ce", _stage.CrossEntropy, () => SmoothedCrossEntropy.Of(_head.forward(own.index_select(0, rows)), labels.index_select(0, rows), _stage.Smoothing));
            }
        }

        if (_stage.TeacherCosine != 0 || _stage.TeacherRelation != 0)
        {
            var taught = Whole(_teacher!.Embed(batch), labelled, others);
            Add("cosine", _stage.TeacherCosine, () => RelationLoss.OfCosines(trunk, taught));
            Add("relation", _stage.TeacherRelation, () => RelationLoss.OfSimilarities(
                features.narrow(0, labelled, others),
                [.. RelationTeachers.Select(teacher => (teacher == _teacher ? taught.narrow(0, labelled, others) : Whole(teacher.Embed(batch, batch.Labels.Length), 0, others)) - Centre(teacher))]));
        }

        var sum = terms.Aggregate((a, b) => a + b);
        losses.Add("loss", sum.ToDouble());
        sum.backward();
    }

    public void Finish(CancellationToken token)
    {
    }

    public void Dispose()
    {
        _network.Backbone.Noise = _noise;
        foreach (var centre in _centres.Values)
        {
            centre.Dispose();
        }
    }

    /// <summary>Trunk and features of the whole step, labelled pictures first.</summary>
    private (Tensor Trunk, Tensor Features) Run(Batch batch, int labelled, int others)
    {
        var pictures = NetworkInput.Normalize(batch.Pixels, batch.Count, batch.Size);
        if (_ranks is null)
        {
            return _network.Run(pictures);
        }

        // Every rank draws the noise of the whole step and takes its pictures' part, so that the number of ranks changes nothing.
        long[] own = [.. Shard.Of(_ranks).Own(labelled, others).Select(place => (long)place)];
        _network.Backbone.Noise = x => rand([labelled + others, .. x.shape[1..]]).index_select(0, tensor(own));
        var (trunk, features) = _network.Run(pictures);
        var rows = JoinedRows.Of(_ranks, cat([trunk, features], 1)).index_select(0, tensor(Shard.Of(_ranks).Rows(labelled, others)));
        return (rows.narrow(1, 0, trunk.shape[1]), rows.narrow(1, trunk.shape[1], features.shape[1]));
    }

    /// <summary>Rows of the whole step from this rank's.</summary>
    private Tensor Whole(Tensor rows, int labelled, int others) =>
        _ranks is null ? rows : _ranks.Gather(rows).index_select(0, tensor(Shard.Of(_ranks).Rows(labelled, others)));

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
