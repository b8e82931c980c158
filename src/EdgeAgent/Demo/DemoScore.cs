using ShiTu.DemoScene;
using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.Pipeline;

namespace ShiTu.EdgeAgent.Demo;

/// <summary>Compares what the pipeline says with what the scene drew. It only looks on: the pipeline knows nothing of the truth.</summary>
internal sealed class DemoScore : IFrameObserver, IDisposable
{
    private const float SameIou = 0.3f;
    private const float FoundIou = 0.5f;
    private const float HalfVisible = 0.5f;
    private const int LeastFrames = 5;
    private readonly BeltScene _scene;
    private readonly Lock _lock = new();
    private readonly Dictionary<(long Track, int Object), int> _together = [];
    private readonly HashSet<long> _named = [];
    private readonly Dictionary<int, (SceneProduct Product, int Frames)> _crossed = [];
    private readonly Dictionary<long, (Decision Decision, string? Item)> _verdicts = [];
    private long _visible;
    private long _found;
    private long _falseBoxes;
    private long _looked;

    /// <summary>Follows a scene.</summary>
    public DemoScore(SceneOptions options) => _scene = new BeltScene(options);

    /// <inheritdoc/>
    public void Observe(in FrameOutcome outcome)
    {
        lock (_lock)
        {
            var truths = _scene.Truth((int)outcome.Frame.Number);
            foreach (var truth in truths.Where(truth => truth.VisibleShare >= HalfVisible))
            {
                _crossed[truth.Object] = (truth.Product, _crossed.GetValueOrDefault(truth.Object).Frames + 1);
            }

            if (outcome.Skipped)
            {
                return;
            }

            _looked++;
            foreach (var truth in truths.Where(truth => truth.VisibleShare >= HalfVisible))
            {
                _visible++;
                foreach (ref readonly var box in outcome.Boxes)
                {
                    if (Iou(box.Box, truth, outcome.Frame.Width, outcome.Frame.Height) >= FoundIou)
                    {
                        _found++;
                        break;
                    }
                }
            }

            foreach (ref readonly var box in outcome.Boxes)
            {
                Join(box, truths, outcome.Frame.Width, outcome.Frame.Height);
            }
        }
    }

    /// <summary>Takes a verdict from an event; the last one of an object counts.</summary>
    public void Decide(string objectId, string type, string decision, string? item)
    {
        if (type is "confirmed" or "changed" && long.TryParse(objectId.AsSpan(objectId.LastIndexOf('-') + 1), out var track))
        {
            lock (_lock)
            {
                _verdicts[track] = (Enum.Parse<Decision>(decision, ignoreCase: true), item);
            }
        }
    }

    /// <summary>Counts up.</summary>
    public DemoResult Result()
    {
        lock (_lock)
        {
            var result = new DemoResult();
            var owner = _together.GroupBy(pair => pair.Key.Track).ToDictionary(group => group.Key, group => group.MaxBy(pair => pair.Value).Key.Object);
            foreach (var (number, (product, frames)) in _crossed.OrderBy(pair => pair.Key))
            {
                if (frames >= LeastFrames)
                {
                    var verdicts = owner.Where(pair => pair.Value == number && _verdicts.ContainsKey(pair.Key)).Select(pair => _verdicts[pair.Key]).ToList();
                    result = Count(result, product, verdicts);
                }
            }

            return result with
            {
                FoundShare = _visible == 0 ? 0 : (double)_found / _visible,
                FalseBoxesPerFrame = _looked == 0 ? 0 : (double)_falseBoxes / _looked,
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _scene.Dispose();

    private static DemoResult Count(DemoResult result, SceneProduct product, List<(Decision Decision, string? Item)> verdicts)
    {
        var recognised = verdicts.Where(verdict => verdict.Decision == Decision.Recognised).ToList();
        var line = new DemoLine(product.Label, product.Stranger, recognised.Count > 0 ? string.Join(", ", recognised.Select(verdict => verdict.Item).Distinct()) : verdicts.Count > 0 ? "unknown" : "missed");
        result = result with { Objects = [.. result.Objects, line], Repeated = result.Repeated + Math.Max(0, recognised.Count - 1) };
        return recognised.Any(verdict => product.Stranger || verdict.Item != product.Id) ? result with { Wrong = result.Wrong + 1 }
            : recognised.Count > 0 ? result with { Right = result.Right + 1 }
            : verdicts.Count == 0 ? result with { Missed = result.Missed + 1 }
            : product.Stranger ? result with { UnknownRight = result.UnknownRight + 1 }
            : result with { UnknownWrong = result.UnknownWrong + 1 };
    }

    private void Join(in LiveBox box, IReadOnlyList<SceneTruth> truths, int width, int height)
    {
        var (best, most) = (-1, SameIou);
        foreach (var truth in truths)
        {
            var iou = Iou(box.Box, truth, width, height);
            (best, most) = iou > most ? (truth.Object, iou) : (best, most);
        }

        if (best < 0)
        {
            _falseBoxes++;
            return;
        }

        // A verdict belongs to the object whose looks led to it, wherever the box goes afterwards.
        if (!box.Settled || _named.Add(box.Object))
        {
            _together[(box.Object, best)] = _together.GetValueOrDefault((box.Object, best)) + 1;
        }
    }

    // The part of an object outside the frame cannot be found: its box is cut there.
    private static float Iou(EventBox box, in SceneTruth truth, int width, int height)
    {
        var (left, top) = (Math.Max(truth.X, 0), Math.Max(truth.Y, 0));
        var (right, bottom) = (Math.Min(truth.X + truth.Width, width), Math.Min(truth.Y + truth.Height, height));
        var across = Math.Min(box.X + box.W, right) - Math.Max(box.X, left);
        var down = Math.Min(box.Y + box.H, bottom) - Math.Max(box.Y, top);
        if (across <= 0 || down <= 0)
        {
            return 0;
        }

        var both = across * down;
        return both / ((box.W * box.H) + ((right - left) * (bottom - top)) - both);
    }
}
