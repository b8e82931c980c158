using ShiTu.Trainer.Data;
using ShiTu.Trainer.Distillation;
using ShiTu.Trainer.Networks;
using ShiTu.Trainer.Ranks;
using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Training;

/// <summary>
/// Block-wise distillation: each block maps the teacher's activation before it to the one after it; loss is the squared error over
/// the target's variance. Then the chain's batch-norm statistics, and a last convolution that keeps the trunk's geometry.
/// </summary>
internal sealed class BlockwiseWork : IStageWork
{
    private readonly FeatureNetwork _network;
    private readonly OnnxTeacher _teacher;
    private readonly BatchMaker _maker;
    private readonly StageOptions _stage;
    private readonly RankGroup? _ranks;

    public BlockwiseWork(FeatureNetwork network, OnnxTeacher teacher, PictureSet set, StageOptions stage, long seed, RankGroup? ranks = null)
    {
        (_network, _teacher, _stage, _ranks) = (network, teacher, stage, ranks);
        _maker = new BatchMaker(set, stage.Augmentation ?? new(), seed);
        if (teacher.Blocks != network.Backbone.Blocks.Count)
        {
            throw new TeacherException($"Teacher {teacher.Path} gives {teacher.Blocks} blocks, the network has {network.Backbone.Blocks.Count}.");
        }
    }

    public IEnumerable<(string Name, Tensor Parameter)> Parameters =>
        _network.named_parameters().Where(p => p.name.StartsWith("backbone.st", StringComparison.Ordinal)).Select(p => (p.name, (Tensor)p.parameter));

    public Batch Make(long step, int size) => _maker.Make(step, 0, 1, _stage.Batch, size, Shard.Of(_ranks));

    public void Learn(Batch batch, LossParts losses)
    {
        _network.train();
        var targets = _teacher.Activations(batch);
        var x = NetworkInput.Normalize(batch.Pixels, batch.Count, batch.Size);
        var sum = 0.0;
        for (var i = 0; i < targets.Length; i++)
        {
            using var scope = NewDisposeScope();
            var y = _network.Backbone.Block(i, i == 0 ? x : targets[i - 1]);
            if (!y.shape.AsSpan().SequenceEqual(targets[i].shape))
            {
                throw new TeacherException($"Block {i} ({PpLcNetV2.Name(i)}) gives [{string.Join(", ", y.shape)}], the teacher [{string.Join(", ", targets[i].shape)}].");
            }

            var loss = nn.functional.mse_loss(y, targets[i]) / (_ranks is null ? targets[i].var() : SharedMoments.Variance(_ranks, targets[i]));
            loss.backward();
            var value = _ranks is null ? loss.ToDouble() : _ranks.Sum(loss.ToDouble()) / _ranks.Size;
            sum += value;
            if (i is 0 or 6 or 10 or 12)
            {
                losses.Add($"b{i}", value);
            }
        }

        losses.Add("blocks", sum / targets.Length);
    }

    public void Finish(CancellationToken token)
    {
        // Every rank does this by itself, with the same pictures and so the same result.
        using var nograd = no_grad();
        SharedNorm.Ranks = null;
        _network.train();
        var trunks = new List<Tensor>();
        for (var i = 0; i < _stage.StatisticsBatches; i++)
        {
            token.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var batch = _maker.Make(-1 - i, 0, 1, _stage.Batch, _stage.Sizes is { Count: > 0 } sizes ? sizes[^1] : 224);
            trunks.Add(_network.Backbone.Trunk(NetworkInput.Normalize(batch.Pixels, batch.Count, batch.Size)).flatten(1).MoveToOuterDisposeScope());
        }

        if (trunks.Count > 0)
        {
            KeepGeometry(trunks);
        }

        SharedNorm.Ranks = _ranks;
    }

    /// <summary>Last convolution = a random rotation of the trunk's leading principal directions: cosines of the centred trunk survive the batch norm after it.</summary>
    private void KeepGeometry(List<Tensor> trunks)
    {
        using var scope = NewDisposeScope();
        var rows = cat(trunks);
        var centred = rows - rows.mean([0L], keepdim: true);
        var dimension = _network.Options.Embedding;
        var (_, vectors) = linalg.eigh(centred.t().matmul(centred) / rows.shape[0]);
        var leading = vectors.narrow(1, vectors.shape[1] - dimension, dimension).t();
        var (rotation, _) = linalg.qr(randn(dimension, dimension));
        _network.Backbone.LastConvolution.weight!.copy_(rotation.matmul(leading).reshape(dimension, -1, 1, 1));
        _network.Backbone.LastConvolution.bias!.zero_();
        var embedded = _network.Backbone.Embed(rows.reshape(rows.shape[0], -1, 1, 1));
        _network.Neck.Mean.copy_(embedded.mean([0L]));
        _network.Neck.Variance.copy_(embedded.var([0L]));
        trunks.ForEach(trunk => trunk.Dispose());
    }
}
