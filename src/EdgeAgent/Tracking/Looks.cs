using System.Numerics.Tensors;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.Index.Gallery;

namespace ShiTu.EdgeAgent.Tracking;

/// <summary>The last looks at an object: embedding, candidates, and how much each counts. A ring; nothing is allocated after the start.</summary>
internal sealed class Looks
{
    /// <summary>Looks kept.</summary>
    public const int Capacity = 16;

    // A look at a part of the object, or at two objects at once, counts little beside a clean one.
    private const float UncleanWeight = 0.15f;

    private readonly int _dimension;
    private readonly int _candidates;
    private readonly float[] _embeddings;
    private readonly Match[] _matches;
    private readonly float[] _scores = new float[Capacity];
    private readonly float[] _areas = new float[Capacity];
    private readonly bool[] _clean = new bool[Capacity];
    private int _next;

    /// <summary>Makes room.</summary>
    /// <param name="dimension">Floats an embedding.</param>
    /// <param name="candidates">Matches a look.</param>
    public Looks(int dimension, int candidates)
    {
        _dimension = dimension;
        _candidates = candidates;
        _embeddings = new float[Capacity * dimension];
        _matches = new Match[Capacity * candidates];
    }

    /// <summary>Looks kept, 0..<see cref="Capacity"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Looks ever taken.</summary>
    public int Taken { get; private set; }

    /// <summary>Clean looks ever taken.</summary>
    public int CleanTaken { get; private set; }

    /// <summary>Gallery generation the candidates are from.</summary>
    public long Generation { get; private set; }

    /// <summary>Embedding of the newest look; empty without a look.</summary>
    public ReadOnlySpan<float> Newest => Count == 0 ? [] : _embeddings.AsSpan(Slot(0) * _dimension, _dimension);

    /// <summary>What the newest look shows beyond its threshold; null where that is nothing.</summary>
    public GalleryItem? Shown => Count > 0 && Matches(0)[0] is { Item: { } item } first && first.Similarity >= first.Threshold ? item : null;

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Count = Taken = CleanTaken = _next = 0;
        _matches.AsSpan().Clear();
    }

    /// <summary>Adds a look; the oldest gives way.</summary>
    public void Add(ReadOnlySpan<float> embedding, ReadOnlySpan<Match> matches, float score, float area, bool clean, long generation)
    {
        embedding.CopyTo(_embeddings.AsSpan(_next * _dimension, _dimension));
        matches.CopyTo(_matches.AsSpan(_next * _candidates, _candidates));
        _scores[_next] = score;
        _areas[_next] = area;
        _clean[_next] = clean;
        _next = (_next + 1) % Capacity;
        Count = Math.Min(Count + 1, Capacity);
        Taken++;
        CleanTaken += clean ? 1 : 0;
        Generation = generation;
    }

    /// <summary>Searches again for every look kept: the gallery changed.</summary>
    public void Refresh(LookSearch search) => Generation = search(_embeddings.AsSpan(0, Count * _dimension), Count, _matches.AsSpan(0, Count * _candidates));

    /// <summary>Candidates of a look, best first; 0 is the newest.</summary>
    public ReadOnlySpan<Match> Matches(int age) => _matches.AsSpan(Slot(age) * _candidates, _candidates);

    /// <summary>How much a look counts: its box's area over the largest one's, times the detector's score, less where it was not clean.</summary>
    public float Weight(int age)
    {
        var slot = Slot(age);
        var largest = TensorPrimitives.Max(_areas.AsSpan(0, Count));
        return _scores[slot] * (largest > 0 ? _areas[slot] / largest : 1) * (_clean[slot] ? 1 : UncleanWeight);
    }

    /// <summary>Largest cosine between an embedding and a look kept; -1 without a look.</summary>
    public float Resemblance(ReadOnlySpan<float> embedding)
    {
        var best = -1f;
        for (var i = 0; i < Count; i++)
        {
            best = Math.Max(best, TensorPrimitives.Dot(embedding, _embeddings.AsSpan(i * _dimension, _dimension)));
        }

        return best;
    }

    private int Slot(int age) => (_next - 1 - age + (2 * Capacity)) % Capacity;
}
