namespace ShiTu.Trainer.Data;

/// <summary>All sets of a recipe in memory, with their classes numbered.</summary>
public sealed class PictureSet
{
    private PictureSet(List<CachedPicture> pictures, List<int> labels, List<double> weights, List<string> classes, int trained, List<(int Picture, double Share)> unlabelled)
    {
        (Pictures, Labels, ClassWeights, Classes, TrainedClasses) = (pictures, labels, weights, classes, trained);
        Unlabelled = [.. unlabelled.Select(u => u.Picture)];
        UnlabelledShares = [.. unlabelled.Select(u => u.Share)];
    }

    /// <summary>Every picture.</summary>
    public IReadOnlyList<CachedPicture> Pictures { get; }

    /// <summary>Class of each picture, -1: none.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>How often each class is drawn.</summary>
    public IReadOnlyList<double> ClassWeights { get; }

    /// <summary>Names of the classes: set, slash, label.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Classes below this number are labels; the ones from here on are single pictures and have no place in a class head.</summary>
    public int TrainedClasses { get; }

    /// <summary>Pictures seen through the teacher.</summary>
    public IReadOnlyList<int> Unlabelled { get; }

    /// <summary>How often each of them is drawn.</summary>
    public IReadOnlyList<double> UnlabelledShares { get; }

    /// <summary>Reads every set; reports its size and unreadable pictures.</summary>
    /// <param name="sources">The sets.</param>
    /// <param name="root">What their paths are relative to.</param>
    /// <param name="cache">Folder for decoded pictures; null: none.</param>
    /// <param name="report">One line a message.</param>
    /// <param name="token">Cancels.</param>
    public static PictureSet Load(IReadOnlyList<SourceOptions> sources, string root, string? cache, Action<string> report, CancellationToken token)
    {
        var pictures = new List<CachedPicture>();
        var found = new List<(int Picture, SourceOptions Source, string Label)>();
        var unlabelled = new List<(int, double)>();
        foreach (var source in sources)
        {
            var entries = SourceReader.Read(source, root);
            var loaded = PictureCache.Load(entries, source.Side, cache, line => report($"left out {line}"), token);
            var start = pictures.Count;
            for (var i = 0; i < loaded.Length; i++)
            {
                if (loaded[i] is not { } picture)
                {
                    continue;
                }

                if (source.Classes && entries[i].Label is { } label)
                {
                    found.Add((pictures.Count, source, label));
                }
                else if (source.Instances)
                {
                    found.Add((pictures.Count, source, $"#{i}"));
                }

                if (source.Unlabelled)
                {
                    unlabelled.Add((pictures.Count, source.Share));
                }

                pictures.Add(picture);
            }

            report($"{source.Name}: {pictures.Count - start} pictures of {entries.Count}, {found.Where(f => f.Source == source).Select(f => f.Label).Distinct().Count()} classes");
        }

        return Number(pictures, found, unlabelled);
    }

    private static PictureSet Number(List<CachedPicture> pictures, List<(int Picture, SourceOptions Source, string Label)> found, List<(int, double)> unlabelled)
    {
        var labels = Enumerable.Repeat(-1, pictures.Count).ToList();
        var classes = new List<string>();
        var weights = new List<double>();
        var trained = 0;
        foreach (var single in new[] { false, true })
        {
            foreach (var group in found.Where(f => IsSingle(f) == single).GroupBy(f => f.Source))
            {
                var names = group.Select(f => f.Label).Distinct().Order(LabelOrder.Instance).ToList();
                var number = names.Select((name, i) => (name, i)).ToDictionary(n => n.name, n => n.i + classes.Count);
                foreach (var (picture, _, label) in group)
                {
                    labels[picture] = number[label];
                }

                classes.AddRange(names.Select(name => $"{group.Key.Name}/{name}"));
                weights.AddRange(names.Select(_ => group.Key.Weight / names.Count));
            }

            trained = single ? trained : classes.Count;
        }

        return new PictureSet(pictures, labels, weights, classes, trained, unlabelled);
    }

    private static bool IsSingle((int Picture, SourceOptions Source, string Label) found) => found.Source.Instances && !found.Source.Classes;
}
