using System.Diagnostics;
using System.Globalization;
using ShiTu.Trainer.Data;
using ShiTu.Trainer.Detection.Assignment;
using ShiTu.Trainer.Detection.Data;
using ShiTu.Trainer.Detection.Evaluation;
using ShiTu.Trainer.Detection.Losses;
using ShiTu.Trainer.Detection.Networks;
using ShiTu.Trainer.Training;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Training;

/// <summary>Runs a detector's recipe: stages, checkpoints, exact resume. A step's pictures are a function of seed, stage and step.</summary>
public sealed class DetectorTrainer : IDisposable
{
    private const int Ahead = 2;
    private const int LogSteps = 25;
    private readonly DetectorRecipe _recipe;
    private readonly string _text;
    private readonly string _root;
    private readonly string _data;
    private readonly string _folder;
    private readonly Action<string> _report;
    private readonly List<StageRecord> _done = [];
    private readonly WeightAverage _average;
    private readonly PicoDet _averaged;
    private readonly Dictionary<DetectionSource, List<Sample>> _samples = [];
    private List<Sample>? _marked;
    private List<Cutout>? _paste;
    private List<Sample>? _belts;
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
        set_num_threads(recipe.Threads);
        random.manual_seed(recipe.Seed);
        Network = new PicoDet(DetectorShape.Named(recipe.Preset, recipe.Scale));
        _averaged = new PicoDet(Network.Shape);
        _averaged.eval();
        _average = new WeightAverage(NamedState.Of(Network));
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

    /// <inheritdoc/>
    public void Dispose()
    {
        Network.Dispose();
        _averaged.Dispose();
        _average.Dispose();
    }

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
        var parameters = Network.named_parameters().Where(p => p.name.StartsWith("backbone.", StringComparison.Ordinal)).Select(p => (p.name, (Tensor)p.parameter)).Concat(hints.Parameters);
        RunSteps(
            index,
            parameters,
            hints.Parameters,
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
        var maker = Pictures(stage, index, token);
        var sizes = stage.Sizes ?? [416];
        using var teacher = stage.Dense is null ? null : new DenseTeacher(new PicoDetSession(Path.Combine(_root, _recipe.BoxTeacher!), 1), _recipe.Threads);
        var priors = sizes.Distinct().ToDictionary(size => size, size => new Priors(size, size));
        RunSteps(
            index,
            Network.named_parameters().Select(p => (p.name, (Tensor)p.parameter)),
            [],
            step => maker.Make(step, stage.Batch, sizes),
            batch =>
            {
                var input = batch.ToInput();
                var predictions = Predictions.Of(Network.forward(input));
                var parts = DetectionLoss.Compute(predictions, priors[batch.Size], batch.Truth);
                if (teacher?.Teach(input, batch.Drawn) is not { } targets)
                {
                    return (parts.Total, [parts.Varifocal, parts.Overlap, parts.Distribution]);
                }

                var dense = DenseLoss.Compute(predictions, priors[batch.Size], targets, stage.Dense!);
                return (parts.Total + dense, [parts.Varifocal, parts.Overlap, parts.Distribution, dense]);
            },
            token);
    }

    private DetectionBatchMaker Pictures(DetectorStage stage, int index, CancellationToken token)
    {
        var sets = new List<(IReadOnlyList<Sample>, double)>();
        foreach (var source in _recipe.Sets.Where(source => source.Weight > 0))
        {
            var set = CocoReader.Read(Path.Combine(_data, source.Path), source.Root is null ? null : Path.Combine(_data, source.Root));
            if (source.Without is { } prefix)
            {
                set = set with { Pictures = [.. set.Pictures.Where(p => !Path.GetRelativePath(_data, p.File).StartsWith(prefix, StringComparison.Ordinal))] };
            }

            sets.Add((_samples.TryGetValue(source, out var known) ? known : _samples[source] = SampleLoader.Load(set, _report, token), source.Weight));
        }

        if (_recipe.BoxTeacher is { } teacher && _recipe.BoxSources is { Count: > 0 } && stage.TeacherBoxes)
        {
            var set = TeacherBoxes.Read(_recipe, Path.Combine(_root, teacher), Path.Combine(_folder, "teacher-boxes.json"), _data, _report, token);
            _marked ??= SampleLoader.Load(set, _report, token);
            sets.Add((_marked, _recipe.BoxWeight));
        }

        var pool = new SamplePool(sets, _recipe.Seed + index);
        if (_recipe.Cutouts is { } list && _paste is null)
        {
            _paste = [.. ListReader.Read(Path.Combine(_data, list)).Select(entry => Cutout.Read(entry.Path))];
            _report($"{_paste.Count} cutouts");
        }

        if (_recipe.Belts is { } belts && _belts is null)
        {
            _belts = BeltFrames.Draw(belts.FirstSeed, belts.Scenes, belts.Frames);
            _report($"{_belts.Count} frames of {belts.Scenes} drawn belts, {_belts.Sum(b => b.Boxes.Length)} boxes");
        }

        return new DetectionBatchMaker(pool, _paste is null ? null : new PasteScene(_paste, pool), _belts ?? [], stage.Mix ?? new SceneMix(), _recipe.Seed + index);
    }

    private void RunSteps<T>(
        int index,
        IEnumerable<(string Name, Tensor Parameter)> parameters,
        IEnumerable<(string Name, Tensor Value)> extra,
        Func<long, T> make,
        Func<T, (Tensor Loss, IReadOnlyList<Tensor> Parts)> compute,
        CancellationToken token)
    {
        var stage = _recipe.Stages[index];
        var options = stage.Optimizer ?? new OptimizerOptions(OptimizerKind.AdamW, 1.5e-3, 0.05);
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
        var queue = new AheadQueue<T>(make, step, Ahead);
        var (saved, probed) = (TimeSpan.Zero, TimeSpan.Zero);
        var sums = new double[4];
        double Seconds() => before + clock.Elapsed.TotalSeconds;
        void Save(int at, long steps, double seconds) => Checkpoint.Write(
            CheckpointFile,
            new CheckpointHeader(1, _recipe.Name, _text, new(), [], at, steps, seconds, 0, [], _done, []) { Average = _average.Updates },
            NamedState.Of(Network).Concat(_average.State).Concat(steps > 0 ? optimizer.State.Concat(extra) : []));

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
                optimizer.Step(Math.Max(options.RateAt(progress), progress > options.Warmup ? stage.RateFloor * options.Rate : 0));
                for (var i = 0; i < parts.Count; i++)
                {
                    sums[i] += parts[i].item<float>();
                }
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
                Probe(stage.Name, step);
            }
        }

        _done.Add(new(stage.Name, step, Seconds() / 60, step * stage.Batch));
        if (stage.Kind == DetectorStageKind.Detect)
        {
            Probe(stage.Name, step);
        }
        else
        {
            _average.Reset();
        }

        Save(index + 1, 0, 0);
    }

    private void Probe(string stage, long step)
    {
        if (_probe is null)
        {
            return;
        }

        foreach (var size in new[] { 320, 416 })
        {
            var result = _probe.Measure(Averaged, size);
            _report(string.Create(CultureInfo.InvariantCulture, $"{stage} step {step} at {size}: AP50 {result.Ap50:F4} mAP {result.Map:F4} AR@5 {result.Ar5:F4} found5 {result.Found5:F4} on {result.Images} pictures"));
        }
    }
}
