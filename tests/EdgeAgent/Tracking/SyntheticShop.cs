using System.Numerics.Tensors;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.Index.Gallery;

namespace ShiTu.EdgeAgent.Tests.Tracking;

/// <summary>A gallery of unit vectors drawn by lot, looks at its items with noise, and exact search.</summary>
internal sealed class SyntheticShop
{
    public const int Dimension = 64;
    public const int Candidates = 5;
    private readonly Random _lot = new(7);
    private readonly List<(GalleryItem Item, float[] Vector)> _items = [];

    public SyntheticShop(params string[] items)
    {
        foreach (var item in items)
        {
            Enrol(item);
        }
    }

    public long Generation { get; private set; }

    public int Searches { get; private set; }

    public float[] Enrol(string item, float[]? vector = null)
    {
        vector ??= Draw();
        _items.Add((new GalleryItem(item, item, null, false), vector));
        Generation++;
        return vector;
    }

    public float[] Draw()
    {
        var vector = new float[Dimension];
        for (var i = 0; i < Dimension; i++)
        {
            vector[i] = (float)(_lot.NextDouble() + _lot.NextDouble() + _lot.NextDouble() - 1.5);
        }

        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }

    /// <summary>A look: the vector with so much of another direction in it; the cosine to the vector is about sqrt(1 - noise²).</summary>
    public float[] LookAt(float[] vector, float noise)
    {
        var look = Draw();
        for (var i = 0; i < Dimension; i++)
        {
            look[i] = (look[i] * noise) + (vector[i] * MathF.Sqrt(1 - (noise * noise)));
        }

        TensorPrimitives.Divide(look, TensorPrimitives.Norm<float>(look), look);
        return look;
    }

    public long Search(ReadOnlySpan<float> embeddings, int count, Span<Match> matches)
    {
        Searches += count;
        Span<(int Item, float Similarity)> all = stackalloc (int, float)[_items.Count];
        for (var i = 0; i < count; i++)
        {
            var embedding = embeddings.Slice(i * Dimension, Dimension);
            for (var item = 0; item < _items.Count; item++)
            {
                all[item] = (item, TensorPrimitives.Dot(embedding, _items[item].Vector));
            }

            all.Sort(static (a, b) => b.Similarity.CompareTo(a.Similarity));
            for (var rank = 0; rank < Candidates; rank++)
            {
                matches[(i * Candidates) + rank] = rank < all.Length ? new Match(_items[all[rank].Item].Item, all[rank].Similarity, 0.6f) : default;
            }
        }

        return Generation;
    }
}
