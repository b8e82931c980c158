using System.Numerics.Tensors;
using ShiTu.Index.Generations;
using ShiTu.Index.Search;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>
/// Tries the next gallery before it is taken: a sample of the new items must find themselves among everything that the next generation holds, and the shop's golden pictures must
/// find theirs.
/// </summary>
internal sealed class GalleryCanary(UpdateOptions options, ChunkVectors vectors, LiveIndex? index, PictureEmbedder? embed)
{
    private const int MostSamples = 64;
    private const int TopK = 8;
    private const float Tie = 0.002f;

    /// <summary>Tries it.</summary>
    /// <exception cref="RefusedException">It fails (<c>canary</c>).</exception>
    public void Try(GalleryPlan plan, CancellationToken cancellation)
    {
        var probes = Samples(plan).Concat(Golden(plan)).ToList();
        if (probes.Count == 0)
        {
            return;
        }

        foreach (var chunk in index is null ? plan.Changed.Concat(plan.Kept) : plan.Changed)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var item in vectors.Read(chunk))
            {
                foreach (var view in item.Views)
                {
                    foreach (var probe in probes)
                    {
                        probe.See(item.Item.Id, item.Item.Label, TensorPrimitives.Dot(probe.Vector, view.Vector));
                    }
                }
            }
        }

        if (index is not null)
        {
            LookAround(plan, probes, index);
        }

        Judge(probes);
    }

    private void Judge(List<Probe> probes)
    {
        if (probes.FirstOrDefault(probe => probe.Golden is not null && probe.Own > -1 && probe.Own < probe.Other) is { } lost)
        {
            throw new RefusedException("canary", $"The golden picture {lost.Golden} of '{lost.Id}' finds '{lost.OtherId}' ({lost.Other:0.000}) before its own item ({lost.Own:0.000}).");
        }

        var samples = probes.Where(probe => probe.Golden is null).ToList();
        var failed = samples.Where(probe => probe.Own < options.CanarySimilarity || probe.Own + Tie < probe.Other).ToList();
        // Two items whose views are the same picture tie; a share of those is life, more is a wrong gallery.
        var tied = samples.Where(probe => probe.Other >= probe.Own - Tie).ToList();
        if (failed.Count > 0 || (samples.Count >= 8 && tied.Count > samples.Count * (1 - options.CanaryShare) && tied.Count > 1))
        {
            var one = failed.Concat(tied).First();
            throw new RefusedException("canary", $"{Math.Max(failed.Count, tied.Count)} of {samples.Count} new items do not find themselves, as '{one.Id}' ({one.Own:0.000}; '{one.OtherId}' {one.Other:0.000}).");
        }
    }

    private IEnumerable<Probe> Samples(GalleryPlan plan)
    {
        var stride = Math.Max(1, (plan.Written.Count + MostSamples - 1) / MostSamples);
        var at = 0;
        foreach (var item in plan.Changed.SelectMany(vectors.Read).Where(item => plan.Written.Contains(item.Item.Id)))
        {
            if (at++ % stride == 0)
            {
                yield return new Probe(item.Item.Id, item.Item.Label, item.Views[0].Vector, null);
            }
        }
    }

    private IEnumerable<Probe> Golden(GalleryPlan plan)
    {
        if (options.GoldenPictures.Length == 0 || embed is null || !Directory.Exists(options.GoldenPictures))
        {
            yield break;
        }

        foreach (var folder in Directory.GetDirectories(options.GoldenPictures).Order(StringComparer.Ordinal))
        {
            var id = Path.GetFileName(folder);
            foreach (var file in Directory.GetFiles(folder).Where(_ => !plan.Removed.Contains(id)).Order(StringComparer.Ordinal))
            {
                yield return new Probe(id, null, embed(File.ReadAllBytes(file)), Path.GetFileName(file));
            }
        }
    }

    // What stays is searched in the index that is in use: an update of one item must not read a hundred thousand.
    private static void LookAround(GalleryPlan plan, List<Probe> probes, LiveIndex index)
    {
        using var lease = index.Borrow();
        var dimension = lease.Index.Dimension;
        var queries = new float[probes.Count * dimension];
        for (var i = 0; i < probes.Count; i++)
        {
            probes[i].Vector.CopyTo(queries, i * dimension);
        }

        // All at once: an exact search reads each vector once for all of them.
        var hits = new SearchHit[probes.Count * TopK];
        lease.Index.Search(queries, probes.Count, TopK, hits);
        for (var i = 0; i < hits.Length; i++)
        {
            if (hits[i].Item >= 0 && lease.Index.Items[hits[i].Item] is var item && !plan.Removed.Contains(item.Id) && !plan.Written.Contains(item.Id))
            {
                probes[i / TopK].See(item.Id, item.Label, hits[i].Similarity);
            }
        }
    }

    private sealed class Probe(string id, string? label, float[] vector, string? golden)
    {
        public string Id { get; } = id;

        public float[] Vector { get; } = vector;

        public string? Golden { get; } = golden;

        public float Own { get; private set; } = -1;

        public float Other { get; private set; } = -1;

        public string OtherId { get; private set; } = "";

        public void See(string itemId, string itemLabel, float similarity)
        {
            if (itemId == Id || itemLabel == label)
            {
                Own = Math.Max(Own, similarity);
            }
            else if (similarity > Other)
            {
                (Other, OtherId) = (similarity, itemId);
            }
        }
    }
}
