using System.Globalization;
using ShiTu.Trainer.Data;
using ShiTu.Trainer.Devices;
using ShiTu.Trainer.Distillation;
using ShiTu.Trainer.Natives;
using ShiTu.Trainer.Networks;
using ShiTu.Trainer.Ranks;
using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Training;

/// <summary>
/// Runs a recipe's stages in a folder: <c>latest.ckpt</c>, <c>best.ckpt</c>, <c>metrics.csv</c>, <c>recipe.json</c>. Started again, it goes on where it was.
/// Several ranks share each step's pictures and take the same steps as one process; the first writes and shows.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    /// <summary>Name of the checkpoint that a run ends with.</summary>
    internal const string FinalName = "final.ckpt";

    private const int Ahead = 3;
    private readonly Recipe _recipe;
    private readonly string _text;
    private readonly string _root;
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly ProgressLine _line;
    private readonly PictureSet _set;
    private readonly FeatureNetwork _network;
    private readonly ClassHead _head;
    private readonly OnnxTeacher? _teacher;
    private readonly List<OnnxTeacher> _relations;
    private readonly Probe? _probe;
    private readonly MetricsFile _metrics;
    private readonly RankGroup? _ranks;
    private readonly Placement _placement;
    private readonly List<StageRecord> _done = [];
    private double _best = -1;

    /// <summary>Loads everything a recipe names.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="text">Its JSON with overrides, for the checkpoint.</param>
    /// <param name="home">Folder that its relative paths start from.</param>
    /// <param name="folder">Where the run writes.</param>
    /// <param name="time">Clock.</param>
    /// <param name="output">Where progress is shown.</param>
    /// <param name="token">Cancels.</param>
    /// <param name="ranks">The processes that train together; null: this one alone.</param>
    public TrainingRun(Recipe recipe, string text, string home, string folder, TimeProvider time, TextWriter output, CancellationToken token, RankGroup? ranks = null)
    {
        (_recipe, _text, _folder, _time, _ranks) = (recipe, text, folder, time, ranks);
        SharedNorm.Ranks = ranks;
        _root = Path.GetFullPath(Path.Combine(home, recipe.Data));
        _line = new ProgressLine(time, IsFirst ? output : TextWriter.Null, !Console.IsErrorRedirected);
        _metrics = new MetricsFile(Path.Combine(folder, MetricsFile.Name));
        Directory.CreateDirectory(folder);
        if (IsFirst) File.WriteAllText(Path.Combine(folder, "recipe.json"), text);
        _placement = Placement.Choose(recipe.Device, recipe.Precision, ranks?.Local ?? 0);
        _line.Say(_placement.Description);
        set_num_threads(recipe.Threads);
        random.manual_seed(recipe.Seed);
        var cache = recipe.Cache is null ? null : Path.GetFullPath(Path.Combine(home, recipe.Cache));
        _set = PictureSet.Load(recipe.Sources, _root, cache, _line.Say, token);
        _probe = recipe.Evaluation is null || !IsFirst ? null : new Probe(recipe.Evaluation, _root, cache, _line.Say, token);
        _network = new FeatureNetwork(recipe.Network ?? new());
        _head = new ClassHead(_network.Options.Embedding, Math.Max(1, _set.TrainedClasses));
        _teacher = recipe.Teacher is null ? null : new OnnxTeacher(Path.GetFullPath(Path.Combine(home, recipe.Teacher)), recipe.Threads);
        _relations = [.. (recipe.Relations ?? []).Select(path => new OnnxTeacher(Path.GetFullPath(Path.Combine(home, path)), recipe.Threads))];
        if (recipe.Init is { } init)
        {
            foreach (var miss in Checkpoint.Read(Path.GetFullPath(Path.Combine(home, init))).CopyTo(Weights))
            {
                _line.Say($"init: {miss}");
            }
        }
    }

    /// <summary>The checkpoint that a run ends with.</summary>
    public string Final => Path.Combine(_folder, FinalName);

    private bool IsFirst => _ranks is null or { IsFirst: true };

    private string Latest => Path.Combine(_folder, "latest.ckpt");

    private IEnumerable<(string Name, Tensor Value)> Weights => NetworkFile.Values(_network).Append(("head.weight", _head.Weight));

    /// <summary>Runs what is left to run; false where it stopped at <paramref name="limit"/>.</summary>
    /// <param name="token">Cancels; the state is saved first.</param>
    /// <param name="limit">Stops after so many optimiser steps, as a kill would; the state is saved first.</param>
    public bool Run(CancellationToken token, long limit = long.MaxValue)
    {
        var resume = File.Exists(Latest) ? Checkpoint.Read(Latest) : null;
        if (resume is not null)
        {
            var misses = resume.CopyTo(Weights);
            if (misses.Count > 0)
            {
                throw new RecipeException($"{Latest} is of another network or other classes: {string.Join("; ", misses.Take(5))}. Choose another folder with --out.");
            }

            _done.AddRange(resume.Header.Done);
            _best = resume.Header.Best;
            _line.Say($"resumed: stage {resume.Header.Stage + 1} of {_recipe.Stages.Count}, step {resume.Header.Step}");
        }

        StartTogether(resume);

        for (var i = resume?.Header.Stage ?? 0; i < _recipe.Stages.Count; i++)
        {
            if (!RunStage(i, resume is not null && resume.Header.Stage == i ? resume : null, ref limit, token))
            {
                return false;
            }

            Save(Latest, i + 1, 0, 0, []);
        }

        Save(Final, _recipe.Stages.Count, 0, 0, []);
        if (IsFirst) _line.Say($"{Final}: tensors {Checkpoint.Read(Final).TensorsSha256}");
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _teacher?.Dispose();
        _relations.ForEach(teacher => teacher.Dispose());
        _network.Dispose();
        _head.Dispose();
        SharedNorm.Ranks = null;
        _placement.Dispose();
    }

    /// <summary>Measures the training speed of a stage beside bare forward and backward; nothing is written but the recipe.</summary>
    /// <param name="name">The stage's name.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="RecipeException">No stage that learns from labels has this name.</exception>
    internal SpeedReport MeasureSpeed(string name, CancellationToken token)
    {
        var index = _recipe.Stages.ToList().FindIndex(stage => stage.Name == name && stage.Kind == StageKind.Metric);
        if (index < 0)
        {
            throw new RecipeException($"{_recipe.Name}: no metric stage \"{name}\"; there are {string.Join(", ", _recipe.Stages.Where(s => s.Kind == StageKind.Metric).Select(s => $"\"{s.Name}\""))}.");
        }

        var stage = _recipe.Stages[index];
        var size = stage.Sizes is { Count: > 0 } sizes ? sizes[^1] : 224;
        using var work = new MetricWork(_network, _head, _teacher, _relations, _set, stage, _recipe.Seed);
        using var optimizer = new Optimizer(stage.Optimizer ?? new(), work.Parameters);
        using var average = stage.Average > 0 ? new WeightAverage(Weights) : null;
        var queue = new AheadQueue<Batch>(step => () => work.Make(step, size), 0, Ahead);
        var ready = work.Make(0, size);
        using var input = NetworkInput.Normalize(ready.Pixels, ready.Count, ready.Size);
        var losses = new LossParts();
        return SpeedTrial.Run(
            ready.Count,
            () =>
            {
                optimizer.ClearGradients();
                work.Learn(queue.Take(), losses);
                optimizer.Step(0);
                average?.Update(stage.Average);
            },
            () =>
            {
                optimizer.ClearGradients();
                var (trunk, features) = _network.Run(input);
                (trunk.mean() + features.mean()).backward();
            },
            token);
    }

    private bool RunStage(int index, Checkpoint? resume, ref long limit, CancellationToken token)
    {
        var stage = _recipe.Stages[index];
        _ = Shard.Of(_ranks).Own(stage.Batch, stage.Unlabelled);
        var seed = _recipe.Seed + (index * 7919L);
        random.manual_seed(seed);
        IStageWork work = stage.Kind == StageKind.Blockwise
            ? new BlockwiseWork(_network, _teacher!, _set, stage, seed, _ranks)
            : new MetricWork(_network, _head, _teacher, _relations, _set, stage, seed, _ranks);
        using var owned = work as IDisposable;
        var options = stage.Optimizer ?? new();
        using var optimizer = new Optimizer(options, work.Parameters);
        using var average = stage.Average > 0 ? new WeightAverage(Weights) : null;
        IEnumerable<(string, Tensor)> State() => optimizer.State.Concat(average?.State ?? []);
        var (step, before) = (0L, 0.0);
        if (resume is not null)
        {
            (step, before) = (resume.Header.Step, resume.Header.Seconds);
            optimizer.Steps = step;
            if (average is not null)
            {
                average.Updates = step;
            }

            if (step > 0 && resume.CopyTo(State()) is { Count: > 0 } misses)
            {
                throw new RecipeException($"{Latest}: {misses[0]}; the stage's optimiser has changed. Choose another folder with --out.");
            }
        }

        var clock = new StageClock(stage, _time, before);
        var sizes = stage.Sizes is { Count: > 0 } given ? given : [224];
        Func<Batch> Plan(long at)
        {
            var size = sizes[Math.Min(sizes.Count - 1, (int)(clock.Progress(at / stage.Accumulate) * sizes.Count))];
            return () => work.Make(at, size);
        }

        var queue = new AheadQueue<Batch>(Plan, step * stage.Accumulate, Ahead);
        var losses = new LossParts();
        var shown = new LossParts();
        var (pictures, worse) = (0L, 0);
        var speed = new SpeedMeter(_time);
        var (saved, probed) = (_time.GetTimestamp(), before);
        while (clock.Agree(_ranks).Progress(step) < 1)
        {
            var stop = _ranks?.Any(token.IsCancellationRequested) ?? token.IsCancellationRequested;
            if (stop || limit-- <= 0)
            {
                Save(Latest, index, step, clock.Seconds, State());
                _ranks?.Wait();
                return stop ? throw new OperationCanceledException(token) : false;
            }

            // Dropout's stream is a function of the step too: a resumed run draws what an unbroken one would.
            random.manual_seed(seed + (step * 104729));

            var progress = clock.Progress(step);
            var rate = options.RateAt(progress);
            optimizer.ClearGradients();
            for (var part = 0; part < stage.Accumulate; part++)
            {
                using var scope = NewDisposeScope();
                var batch = queue.Take();
                work.Learn(batch, losses);
                pictures += batch.Count * (_ranks?.Size ?? 1);
                speed.Add(batch.Count * (_ranks?.Size ?? 1));
            }

            if (_ranks is not null)
            {
                using var scope = NewDisposeScope();
                _ranks.Average(optimizer.Gradients);
            }

            optimizer.Step(rate, 1.0 / stage.Accumulate);
            average?.Update(stage.Average);
            step++;
            var means = losses.Take();
            Record(stage.Name, step, clock.Seconds, rate, means);
            foreach (var (name, mean) in means)
            {
                if (!double.IsFinite(mean))
                {
                    throw new RecipeException($"Stage \"{stage.Name}\", step {step}: {name} is {mean}. A lower rate or clip helps; {Latest} holds the last good state.");
                }

                shown.Add(name, mean);
            }

            if (_line.IsDue)
            {
                _line.Show($"{_recipe.Name} {stage.Name}", step, progress, LossParts.Format(shown.Take()), rate, speed.PerSecond, speed.WaitShare(queue.Waited), clock.Left(step));
            }

            if (_time.GetElapsedTime(saved).TotalMinutes >= _recipe.CheckpointMinutes)
            {
                Save(Latest, index, step, clock.Seconds, State());
                saved = _time.GetTimestamp();
            }

            if (stage.Kind == StageKind.Metric && _recipe.Evaluation is { } evaluation && clock.Agreed - probed >= evaluation.Minutes * 60)
            {
                worse = Measure(index, step, (stage.Name, step, clock.Seconds), average, token) ? 0 : worse + 1;
                probed = clock.Agree(_ranks).Agreed;
                if (evaluation.Patience > 0 && worse >= evaluation.Patience)
                {
                    _line.Say($"{stage.Name}: no better checkpoint in {worse} evaluations; the stage ends.");
                    break;
                }
            }
        }

        average?.Swap();
        work.Finish(token);
        _done.Add(new StageRecord(stage.Name, step, Math.Round(clock.Seconds / 60, 2), pictures));
        _line.Say(string.Create(CultureInfo.InvariantCulture, $"{stage.Name}: done, {step} steps, {pictures} pictures, {clock.Seconds / 60:0.0} minutes"));
        Measure(index + 1, 0, (stage.Name, step, clock.Seconds), null, token);
        return true;
    }

    /// <summary>Evaluates; keeps the checkpoint as the best where nothing was better. True if it is.</summary>
    private bool Measure(int stage, long step, (string Stage, long Step, double Seconds) reached, WeightAverage? average, CancellationToken token)
    {
        if (_recipe.Evaluation is null)
        {
            return true;
        }

        average?.Swap();
        var recall = _probe?.Measure(_network, token) ?? 0;
        recall = _ranks?.FromFirst(recall) ?? recall;
        Record(reached.Stage, reached.Step, reached.Seconds, 0, [($"{MetricsFile.Measure}recall_at_1", recall)]);
        var better = recall >= _best;
        if (better)
        {
            _best = recall;
            Save(Path.Combine(_folder, "best.ckpt"), stage, step, 0, []);
        }

        average?.Swap();
        _line.Say(string.Create(CultureInfo.InvariantCulture, $"evaluation: recall@1 {recall:P2}, best {_best:P2}"));
        return better;
    }

    private void Record(string stage, long step, double seconds, double rate, IReadOnlyList<(string Name, double Mean)> values)
    {
        if (IsFirst) _metrics.Write(stage, step, seconds, rate, values);
    }

    private void Save(string path, int stage, long step, double seconds, IEnumerable<(string, Tensor)> state)
    {
        ProcessSettings.ReturnFreePages();
        if (!IsFirst) return;
        Checkpoint.Write(path, new CheckpointHeader(
            1, _recipe.Name, _text, _network.Options, [.. _set.Classes.Take(_set.TrainedClasses)], stage, step, seconds, _best,
            [.. _relations.Prepend(_teacher).OfType<OnnxTeacher>().Select(teacher => $"{Path.GetFileName(teacher.Path)} {teacher.Sha256}")], [.. _done], []), Weights.Concat(state));
    }

    /// <summary>All ranks begin with the same weights and at the same step.</summary>
    private void StartTogether(Checkpoint? resume)
    {
        if (_ranks is null) return;

        // 48 bits of the state's hash fit a double exactly; -1: a new run.
        double state = resume is null ? -1 : long.Parse(resume.TensorsSha256.AsSpan(0, 12), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var first = _ranks.FromFirst(state);
        if (_ranks.Any(state != first)) throw new RecipeException($"{Latest} is not the same on every rank: the run's folder must be one that all of them see.");
        foreach (var (_, value) in Weights) _ranks.TakeFromFirst(value);
    }
}
