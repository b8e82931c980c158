using System.Diagnostics;
using System.Globalization;
using ShiTu.Trainer.Data;
using ShiTu.Trainer.Detection.Assignment;
using ShiTu.Trainer.Detection.Data;
using ShiTu.Trainer.Detection.Evaluation;
using ShiTu.Trainer.Detection.Losses;
using ShiTu.Trainer.Detection.Networks;
using ShiTu.Trainer.Devices;
using ShiTu.Trainer.Natives;
using ShiTu.Trainer.Training;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Training;

/// <summary>Runs a detector's recipe: stages, checkpoints, exact resume. A step's pictures are a function of seed, stage and step.</summary>
public sealed class DetectorTrainer : IDisposable
{
    private const int Ahead = 2;
    private const int LogSteps = 25;
    private static readonly OptimizerOptions DefaultOptimizer = new(OptimizerKind.AdamW, 1.5e-3, 0.05);
    private readonly DetectorRecipe _recipe;
    private readonly string _text;
    private readonly string _root;
    private readonly string _data;
    private readonly string _folder;
    private readonly Action<string> _report;
    private readonly List<StageRecord> _done = [];
    private readonly MetricsFile _metrics;
    private readonly StagePictures _pictures;
    private readonly WeightAverage _average;
    private readonly PicoDet _averaged;
    private readonly Placement _placement;
    private NetworkProbe? _probe;
    private Checkpoint? _resumed;

    /// <summary>Prepares a run.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="text">Its text, kept in checkpoints.</param>
    /// <param name="root">Folder that its paths are relative to.</param>
    /// <param name="folder">Where checkpoints go; a checkpoint found there is resumed.</param>
    /// <param name="report">One line a message.</param>
    public DetectorTrainer(DetectorRecipe recipe, string text, string root, string folder, Action<string> report)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        (_recipe, _text, _root, _folder, _report) = (recipe, text, root, folder, report);
        _data = Path.GetFullPath(Path.Combine(root, recipe.Data));
        _pictures = new StagePictures(recipe, root, _data, folder, report);
        _placement = Placement.Choose(recipe.Device, Precision.Single);
        report(_placement.Description);
        set_num_threads(recipe.Threads);
        random.manual_seed(recipe.Seed);
        Network = new PicoDet(DetectorShape.Named(recipe.Preset, recipe.Scale));
        _averaged = new PicoDet(Network.Shape);
        _averaged.eval();
        _average = new WeightAverage(NamedState.Of(Network));
        _metrics = new MetricsFile(Path.Combine(folder, MetricsFile.Name));
        Directory.CreateDirectory(folder);
    }

    /// <summary>The network being trained.</summary>
    public PicoDet Network { get; }

    /// <summary>The averaged network, for measuring and export.</summary>
    public PicoDet Averaged
    {
        get
        {
            _average.CopyTo(NamedState.Of(_averaged));
            return _averaged;
        }
    }

    /// <summary>File of the last checkpoint.</summary>
    public string CheckpointFile => Path.Combine(_folder, "last.ckpt");

    /// <summary>Called after each step, its checkpoint written.</summary>
    internal Action<long>? AfterStep { get; init; }

    /// <summary>Runs all stages, or what is left of them.</summary>
    public void Run(CancellationToken token)
    {
        var first = Resume();
        if (_recipe.Validation is not null)
        {
            _probe = new NetworkProbe(CocoReader.Read(Path.Combine(_data, _recipe.Validation)), _recipe.ValidationPictures);
        }

        for (var stage = first; stage < _recipe.Stages.Count; stage++)
        {
            if (_recipe.Stages[stage].Kind == DetectorStageKind.Hints)
            {
                RunHints(stage, token);
            }
            else
            {
                RunDetection(stage, token);
            }

            _resumed = null;
        }

        _report("done");
    }

    /// <summary>Measures the training speed of a stage beside bare forward and backward; nothing is written.</summary>
    /// <param name="name">The stage's name.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="RecipeException">No stage that learns boxes has this name.</exception>
    internal SpeedReport MeasureSpeed(string name, CancellationToken token)
    {
        var index = _recipe.Stages.ToList().FindIndex(stage => stage.Name == name && stage.Kind == DetectorStageKind.Detect);
        if (index < 0)
        {
            throw new RecipeException($"{_recipe.Name}: no stage \"{name}\" that learns boxes; there are {string.Join(", ", _recipe.Stages.Where(s => s.Kind == DetectorStageKind.Detect).Select(s => $"\"{s.Name}\""))}.");
        }

        var stage = _recipe.Stages[index];
        var size = (stage.Sizes ?? [416])[^1];
        using var teacher = Teacher(stage);
        using var optimizer = new Optimizer(stage.Optimizer ?? DefaultOptimizer, Parameters);
        var priors = new Priors(size, size);
        var maker = _pictures.Of(stage, index, token);
        var queue = new AheadQueue<DetectionBatch>(step => () => maker.Make(step, stage.Batch, [size]), 0, Ahead);
        using var ready = maker.Make(0, stage.Batch, [size]).ToInput();
        Network.train();
        return SpeedTrial.Run(
            stage.Batch,
            () =>
            {
                optimizer.ClearGradients();
                Loss(queue.Take(), priors, teacher, stage).Loss.backward();
                optimizer.Step(0);
                _average.Update(stage.Average);
            },
            () =>
            {
                optimizer.ClearGradients();
                Network.forward(ready).Select(map => map.mean()).Aggregate((a, b) => a + b).backward();
            },
            token);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Network.Dispose();
        _averaged.Dispose();
        _average.Dispose();
        _placement.Dispose();
    }

    private IEnumerable<(string Name, Tensor Parameter)> Parameters => Network.named_parameters().Select(p => (p.name, (Tensor)p.parameter));

    private int Resume()
    {
        if (!File.Exists(CheckpointFile))
        {
            if (_recipe.Init is not null)
            {
                var start = Checkpoint.Read(Path.Combine(_root, _recipe.Init));
                foreach (var miss in start.CopyTo(NamedState.Of(Network)))
                {
                    _report($"not taken from {_recipe.Init}: {miss}");
                }

                _average.Reset();
            }

            return 0;
        }

        _resumed = Checkpoint.Read(CheckpointFile);
        var misses = _resumed.CopyTo(NamedState.Of(Network)).Concat(_resumed.CopyTo(_average.State)).ToList();
        if (misses.Count > 0)
        {
            throw new RecipeException($"{CheckpointFile} is of another network: {misses[0]}. Start in another folder.");
        }

        _average.Updates = _resumed.Header.Average;
        _done.AddRange(_resumed.Header.Done);
        _report($"resumed: stage {_resumed.Header.Stage}, step {_resumed.Header.Step}");
        return _resumed.Header.Stage;
    }

    private void RunHints(int index, CancellationToken token)
    {
        var stage = _recipe.Stages[index];
        var cache = _recipe.Cache is null ? null : Path.GetFullPath(Path.Combine(_root, _recipe.Cache));
        var pictures = PictureSet.Load([.. _recipe.Unlabelled!.Select(source => source with { Unlabelled = true })], _data, cache, _report, token);
        var maker = new BatchMaker(pictures, new AugmentationOptions(Rotate: 0), _recipe.Seed + index);
        using var hints = new HintStage(new HintTeacher(Path.Combine(_root, _recipe.HintTeacher!), _recipe.Threads), Network.Backbone);
        var sizes = stage.Sizes ?? [128];
        var parameters = Parameters.Where(p => p.Name.StartsWith("backbone.", StringComparison.Ordinal)).Concat(hints.Parameters);
        RunSteps(
            index,
            parameters,
            hints.Parameters,
            [.. HintTeacher.Strides.Select(stride => $"stride{stride}")],
            step => maker.Make(step, 0, 0, stage.Batch, sizes[(int)(step % sizes.Count)]),
            batch =>
            {
                var losses = hints.Losses(Network.Backbone, batch);
                return (losses.Aggregate((a, b) => a + b), losses);
            },
            token);
        _average.Reset();
    }

    private void RunDetection(int index, CancellationToken token)
    {
        var stage = _recipe.Stages[index];
        var maker = _pictures.Of(stage, index, token);
        var sizes = stage.Sizes ?? [416];
        using var teacher = Teacher(stage);
        var priors = sizes.Distinct().ToDictionary(size => size, size => new Priors(size, size));
        RunSteps(
            index,
            Parameters,
            [],
            ["varifocal", "overlap", "distribution", "dense"],
            step => maker.Make(step, stage.Batch, sizes),
            batch => Loss(batch, priors[batch.Size], teacher, stage),
            token);
    }

    private DenseTeacher? Teacher(DetectorStage stage) =>
        stage.Dense is null ? null : new DenseTeacher(new PicoDetSession(Path.Combine(_root, _recipe.BoxTeacher!), 1), _recipe.Threads);

    private (Tensor Loss, IReadOnlyList<Tensor> Parts) Loss(DetectionBatch batch, Priors priors, DenseTeacher? teacher, DetectorStage stage)
    {
        var input = batch.ToInput();
        var predictions = Predictions.Of(Network.forward(input));
        var parts = DetectionLoss.Compute(predictions, priors, batch.Truth);
        if (teacher?.Teach(input, batch.Drawn) is not { } targets)
        {
            return (parts.Total, [parts.Varifocal, parts.Overlap, parts.Distribution]);
        }

        var dense = DenseLoss.Compute(predictions, priors, targets, stage.Dense!);
        return (parts.Total + dense, [parts.Varifocal, parts.Overlap, parts.Distribution, dense]);
    }

    private void RunSteps<T>(
        int index,
        IEnumerable<(string Name, Tensor Parameter)> parameters,
        IEnumerable<(string Name, Tensor Value)> extra,
        string[] terms,
        Func<long, T> make,
        Func<T, (Tensor Loss, IReadOnlyList<Tensor> Parts)> compute,
        CancellationToken token)
    {
        var stage = _recipe.Stages[index];
        var options = stage.Optimizer ?? DefaultOptimizer;
        using var optimizer = new Optimizer(options, parameters);
        var (step, before) = (0L, 0.0);
        if (_resumed is { } resumed && resumed.Header.Stage == index && resumed.Header.Step > 0)
        {
            var misses = resumed.CopyTo(optimizer.State.Concat(extra));
            if (misses.Count > 0)
            {
                throw new RecipeException($"{CheckpointFile} does not fit stage \"{stage.Name}\": {misses[0]}.");
            }

            (step, before) = (resumed.Header.Step, resumed.Header.Seconds);
            optimizer.Steps = step;
        }

        var first = step;
        var clock = Stopwatch.StartNew();
        var queue = new AheadQueue<T>(at => () => make(at), step, Ahead);
        var (saved, probed) = (TimeSpan.Zero, TimeSpan.Zero);
        var sums = new double[4];
        double Seconds() => before + clock.Elapsed.TotalSeconds;
        void Save(int at, long steps, double seconds)
        {
            Checkpoint.Write(
                CheckpointFile,
                new CheckpointHeader(1, _recipe.Name, _text, new(), [], at, steps, seconds, 0, [], _done, []) { Average = _average.Updates },
                NamedState.Of(Network).Concat(_average.State).Concat(steps > 0 ? optimizer.State.Concat(extra) : []));
            ProcessSettings.ReturnFreePages();
        }

        _report($"stage {index} \"{stage.Name}\" from step {step}");
        Network.train();
        while (true)
        {
            token.ThrowIfCancellationRequested();
            var progress = Math.Max(stage.Steps > 0 ? (double)step / stage.Steps : 0, stage.Minutes > 0 ? Seconds() / (60 * stage.Minutes) : 0);
            if (progress >= 1)
            {
                break;
            }

            var batch = queue.Take();
            using (NewDisposeScope())
            {
                optimizer.ClearGradients();
                var (loss, parts) = compute(batch);
                loss.backward();
                var rate = Math.Max(options.RateAt(progress), progress > options.Warmup ? stage.RateFloor * options.Rate : 0);
                optimizer.Step(rate);
                var means = parts.Select((part, i) => (terms[i], (double)part.item<float>())).ToList();
                for (var i = 0; i < means.Count; i++)
                {
                    sums[i] += means[i].Item2;
                }

                _metrics.Write(stage.Name, step + 1, Seconds(), rate, means);
            }

            _average.Update(stage.Average);
            step++;
            if (step % LogSteps == 0)
            {
                _report(string.Create(CultureInfo.InvariantCulture, $"{stage.Name} step {step} {100 * progress:F1} % loss {sums.Sum() / LogSteps:F4} = {string.Join(" + ", sums.Select(s => (s / LogSteps).ToString("F4", CultureInfo.InvariantCulture)))} {(step - first) * stage.Batch / clock.Elapsed.TotalSeconds:F1} pictures/s waited {queue.Waited.TotalSeconds:F1} s"));
                Array.Clear(sums);
            }

            if (clock.Elapsed - saved > TimeSpan.FromMinutes(_recipe.CheckpointMinutes))
            {
                saved = clock.Elapsed;
                Save(index, step, Seconds());
            }

            AfterStep?.Invoke(step);
            if (_recipe.ProbeMinutes > 0 && stage.Kind == DetectorStageKind.Detect && clock.Elapsed - probed > TimeSpan.FromMinutes(_recipe.ProbeMinutes))
            {
                probed = clock.Elapsed;
                Probe(stage.Name, step, Seconds());
            }
        }

        _done.Add(new(stage.Name, step, Seconds() / 60, step * stage.Batch));
        if (stage.Kind == DetectorStageKind.Detect)
        {
            Probe(stage.Name, step, Seconds());
        }
        else
        {
            _average.Reset();
        }

        Save(index + 1, 0, 0);
    }

    private void Probe(string stage, long step, double seconds)
    {
        if (_probe is null)
        {
            return;
        }

        foreach (var size in new[] { 320, 416 })
        {
            var result = _probe.Measure(Averaged, size);
            _metrics.Write(stage, step, seconds, 0, [($"{MetricsFile.Measure}ap50_{size}", result.Ap50), ($"{MetricsFile.Measure}map_{size}", result.Map), ($"{MetricsFile.Measure}found5_{size}", result.Found5)]);
            _report(string.Create(CultureInfo.InvariantCulture, $"{stage} step {step} at {size}: AP50 {result.Ap50:F4} mAP {result.Map:F4} AR@5 {result.Ar5:F4} found5 {result.Found5:F4} on {result.Images} pictures"));
        }
    }
}
