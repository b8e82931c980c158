using System.Globalization;

namespace ShiTu.Trainer.Training;

/// <summary>Running means of a stage's loss terms for the progress line and metrics.csv.</summary>
internal sealed class LossParts
{
    private readonly Dictionary<string, (double Sum, int Count)> _parts = [];

    public void Add(string name, double value)
    {
        var (sum, count) = _parts.GetValueOrDefault(name);
        _parts[name] = (sum + value, count + 1);
    }

    /// <summary>Means since the last call.</summary>
    public IReadOnlyList<(string Name, double Mean)> Take()
    {
        var means = _parts.Select(part => (part.Key, part.Value.Sum / part.Value.Count)).ToList();
        _parts.Clear();
        return means;
    }

    public static string Format(IEnumerable<(string Name, double Mean)> parts) =>
        string.Join(' ', parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Name} {part.Mean:0.0000}")));
}
