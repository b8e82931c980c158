using ShiTu.Trainer.Data;
using ShiTu.Trainer.Evaluation;
using ShiTu.Trainer.Networks;

namespace ShiTu.Trainer.Training;

/// <summary>Measures recall@1 on a small gallery while training.</summary>
internal sealed class Probe
{
    private readonly ProbeOptions _options;
    private readonly (CachedPicture Picture, string Label)[] _gallery;
    private readonly (CachedPicture Picture, string Label)[] _queries;

    public Probe(ProbeOptions options, string root, string? cache, Action<string> report, CancellationToken token)
    {
        _options = options;
        (CachedPicture, string)[] Load(string list, int perLabel)
        {
            var entries = ListReader.Read(Path.Combine(root, list), options.Root is null ? null : Path.Combine(root, options.Root));
            if (perLabel > 0)
            {
                entries = [.. entries.GroupBy(entry => entry.Label).SelectMany(group => Enumerable.Range(0, Math.Min(perLabel, group.Count())).Select(i => group.ElementAt(i * group.Count() / Math.Min(perLabel, group.Count()))))];
            }

            var pictures = PictureCache.Load(entries, options.Size, cache, report, token);
            return [.. entries.Zip(pictures).Where(pair => pair.Second is not null).Select(pair => (pair.Second!, pair.First.Label!))];
        }

        _gallery = Load(options.Gallery, options.PerLabel);
        _queries = Load(options.Query, 0);
    }

    public double Measure(FeatureNetwork network, CancellationToken token) => Retrieval.Score(Embed(network, _queries, token), Embed(network, _gallery, token)).RecallAt1;

    private EmbeddedSet Embed(FeatureNetwork network, (CachedPicture Picture, string Label)[] set, CancellationToken token) =>
        new(NetworkEmbedder.Embed(network, [.. set.Select(item => item.Picture)], _options.Size, token), [.. set.Select(item => item.Label)]);
}
