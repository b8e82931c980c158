using Microsoft.Extensions.Time.Testing;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.EdgeAgent.Tracking;
using ShiTu.Inference.Detection;

namespace ShiTu.EdgeAgent.Tests.Tracking;

/// <summary>Drives the objects of one camera frame by frame, as the pipeline does.</summary>
internal sealed class Belt
{
    public const int Width = 1280;
    public const int Height = 720;
    private const int MaxBoxes = 12;
    private readonly SceneObjects _objects;
    private readonly SyntheticShop _shop;
    private readonly Match[] _matches = new Match[SyntheticShop.Candidates];
    private readonly LookSearch _search;

    public Belt(SyntheticShop shop, TrackingOptions? options = null)
    {
        _shop = shop;
        _search = shop.Search;
        _objects = new SceneObjects(options ?? new TrackingOptions(), 0.02f, MaxBoxes, SyntheticShop.Dimension, SyntheticShop.Candidates, new ObjectEvents("belt", "model", Events, Clock));
    }

    public RecordedEvents Events { get; } = new();

    public FakeTimeProvider Clock { get; } = new();

    public TimeSpan Now { get; set; }

    public TimeSpan Step { get; init; } = TimeSpan.FromMilliseconds(100);

    public int Looks { get; private set; }

    public SceneObjects Objects => _objects;

    /// <summary>One frame: boxes, and for each what a look at it would give.</summary>
    public void Frame(ReadOnlySpan<Detection> boxes, Func<int, float[]> look)
    {
        Now += Step;
        var chosen = _objects.Join(boxes, Width, Height, Now);
        Span<int> rows = stackalloc int[chosen.Length];
        for (var i = 0; i < chosen.Length; i++)
        {
            rows[i] = chosen[i].Row;
        }

        for (var i = 0; i < rows.Length; i++)
        {
            var embedding = look(rows[i]);
            var generation = _shop.Search(embedding, 1, _matches);
            _objects.Look(chosen[i], embedding, _matches, generation);
            Looks++;
        }

        _objects.Refresh(_shop.Generation, _search);
        _objects.Settle();
    }

    public void Empty(int frames)
    {
        for (var i = 0; i < frames; i++)
        {
            Frame([], _ => throw new InvalidOperationException());
        }
    }

    /// <summary>An object moves over the belt at so many pixels a frame.</summary>
    public void Cross(Func<int, float[]?> look, float speed = 40, float y = 200, int frames = 40)
    {
        for (var i = 0; i < frames; i++)
        {
            if (look(i) is { } embedding)
            {
                Frame([Box(-100 + (i * speed), y)], _ => embedding);
            }
            else
            {
                Frame([], _ => throw new InvalidOperationException());
            }
        }
    }

    /// <summary>A box of 160 x 200, cut to the frame.</summary>
    public static Detection Box(float x, float y, float score = 0.8f) =>
        new(Math.Clamp(x, 0, Width - 1), Math.Clamp(y, 0, Height - 1), Math.Clamp(x + 160, 1, Width), Math.Clamp(y + 200, 1, Height), score);
}
