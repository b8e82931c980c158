using System.Numerics.Tensors;

namespace ShiTu.Trainer.Evaluation;

/// <summary>Ranks the gallery for each query by cosine and scores the ranks (feature-model.md 5).</summary>
public static class Retrieval
{
    private const int QuirkBlock = 64;

    /// <summary>Scores queries against a gallery.</summary>
    /// <param name="queries">Queries.</param>
    /// <param name="gallery">Gallery; the same set as the queries needs cameras (unique ids), else each query finds itself.</param>
    /// <param name="quirks">As upstream's code: an excluded picture stays in the ranks at similarity 0, figures are means of blocks of 64, mINP counts from 0.</param>
    /// <param name="each">Receives each query's nearest.</param>
    public static RetrievalScores Score(EmbeddedSet queries, EmbeddedSet gallery, bool quirks = false, Action<QueryResult>? each = null)
    {
        var q = Units(queries.Vectors);
        var g = Units(gallery.Vectors);
        var total = new Sums();
        var weighted = new Sums();
        var block = new Sums();
        for (var i = 0; i < q.Length; i++)
        {
            Rank(i, q[i], queries, gallery, g, quirks, block, each);
            if ((i + 1) % QuirkBlock == 0 || i == q.Length - 1)
            {
                var size = (i % QuirkBlock) + 1;
                weighted.AddMeans(block, size);
                total.Add(block);
                block = new Sums();
            }
        }

        var (sums, count) = quirks ? (weighted, q.Length) : (total, total.Valid);
        return new RetrievalScores(sums.First / (double)count, sums.Five / (double)count, sums.Precision / count, sums.Inverse / count, q.Length, g.Length);
    }

    private static void Rank(int query, float[] vector, EmbeddedSet queries, EmbeddedSet gallery, float[][] units, bool quirks, Sums sums, Action<QueryResult>? each)
    {
        var similarity = new float[units.Length];
        var order = new int[units.Length];
        var count = 0;
        for (var j = 0; j < units.Length; j++)
        {
            var counts = Counts(query, j);
            if (counts || quirks)
            {
                similarity[count] = -(counts ? TensorPrimitives.Dot<float>(vector, units[j]) : 0);
                order[count++] = j;
            }
        }

        similarity.AsSpan(0, count).Sort(order.AsSpan(0, count));
        each?.Invoke(new QueryResult(query, order[..Math.Min(5, count)], [.. similarity.Take(Math.Min(5, count)).Select(s => -s)]));
        var (hits, precision, first, last) = (0, 0.0, int.MaxValue, 0);
        for (var rank = 1; rank <= count; rank++)
        {
            var j = order[rank - 1];
            if (gallery.Labels[j] == queries.Labels[query] && Counts(query, j))
            {
                hits++;
                precision += (double)hits / rank;
                first = Math.Min(first, rank);
                last = rank;
            }
        }

        if (hits > 0)
        {
            sums.Valid++;
            sums.First += first <= 1 ? 1 : 0;
            sums.Five += first <= 5 ? 1 : 0;
            sums.Precision += precision / hits;
            sums.Inverse += hits / (double)(quirks ? last - 1 : last);
        }

        bool Counts(int i, int j) => queries.Cameras is null || gallery.Cameras is null || queries.Labels[i] != gallery.Labels[j] || queries.Cameras[i] != gallery.Cameras[j];
    }

    private static float[][] Units(IReadOnlyList<float[]> vectors) => [.. vectors.Select(vector =>
    {
        var unit = new float[vector.Length];
        TensorPrimitives.Divide(vector, Math.Max(TensorPrimitives.Norm<float>(vector), 1e-12f), unit);
        return unit;
    })];

    private sealed class Sums
    {
        public int Valid;
        public double First;
        public double Five;
        public double Precision;
        public double Inverse;

        public void Add(Sums other)
        {
            Valid += other.Valid;
            First += other.First;
            Five += other.Five;
            Precision += other.Precision;
            Inverse += other.Inverse;
        }

        public void AddMeans(Sums block, int size)
        {
            First += block.First / block.Valid * size;
            Five += block.Five / block.Valid * size;
            Precision += block.Precision / block.Valid * size;
            Inverse += block.Inverse / block.Valid * size;
        }
    }
}
