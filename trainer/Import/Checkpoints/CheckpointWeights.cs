using ShiTu.Trainer.Detection.Training;
using ShiTu.Trainer.Export;
using ShiTu.Trainer.Import.Pickle;
using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Import.Checkpoints;

/// <summary>The weights of a <c>.pdparams</c> file under our names.</summary>
internal sealed class CheckpointWeights
{
    private const int Shown = 6;
    private readonly string _path;
    private readonly Dictionary<string, NamedTensor> _weights = new(StringComparer.Ordinal);

    private CheckpointWeights(string path, IReadOnlyList<NamedTensor> arrays)
    {
        _path = path;
        foreach (var array in arrays)
        {
            if (!_weights.TryAdd(StructuredNames.Ours(array.Name), array)) throw Refuse($"'{array.Name}' is there twice, with another prefix");
        }
    }

    /// <summary>The first names, for a message.</summary>
    public string Beginning => string.Join(", ", _weights.Values.Take(Shown).Select(weight => weight.Name));

    /// <summary>Reads a checkpoint.</summary>
    public static CheckpointWeights Read(string path) => new(path, CheckpointReader.ReadArrays(path));

    /// <summary>Shape of a weight, or null where there is none of that name (ours).</summary>
    public int[]? Shape(string name) => _weights.GetValueOrDefault(name)?.Shape;

    /// <summary>Whether a weight has a name (ours) like that.</summary>
    public bool Any(Func<string, bool> name) => _weights.Keys.Any(name);

    /// <summary>The weights by the file's names.</summary>
    public IReadOnlyDictionary<string, NamedTensor> ByName() => _weights.Values.ToDictionary(weight => weight.Name, StringComparer.Ordinal);

    /// <summary>An error that names the file.</summary>
    public ImportException Refuse(string reason) => new($"{_path}: {reason}.");

    /// <summary>Fills a network by name; every weight must be there in its shape, and none too many.</summary>
    /// <param name="network">The network.</param>
    /// <param name="what">Its name, for the message.</param>
    /// <param name="unused">Names (ours) that training leaves in checkpoints and evaluation does not need.</param>
    /// <returns>The file's names of weights that are not needed.</returns>
    /// <exception cref="ImportException">What is missing, too many or of another shape.</exception>
    public IReadOnlyList<string> Fill(nn.Module network, string what, Func<string, bool> unused)
    {
        var (missing, different, used) = (new List<string>(), new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        using var nograd = no_grad();
        foreach (var (name, tensor) in NamedState.Of(network))
        {
            // Linear layers are stored [in, out] (paddle-files.md 4).
            var shape = tensor.shape.Select(side => (int)side).ToArray();
            int[] stored = shape is [var outputs, var inputs] ? [inputs, outputs] : shape;
            if (!_weights.TryGetValue(name, out var weight))
            {
                missing.Add(StructuredNames.Theirs(name));
                continue;
            }

            used.Add(name);
            if (!weight.Shape.SequenceEqual(stored)) different.Add($"{weight.Name} [{string.Join(',', weight.Shape)}] where [{string.Join(',', stored)}] is due");
            else Copy(weight, tensor);
        }

        var left = _weights.Where(pair => !used.Contains(pair.Key)).ToArray();
        var extra = left.Where(pair => !unused(pair.Key)).Select(pair => pair.Value.Name).ToArray();
        if (missing.Count + different.Count + extra.Length == 0) return [.. left.Select(pair => pair.Value.Name)];
        string?[] parts = [Part(missing, "missing"), Part(different, "of another shape"), Part(extra, "too many")];
        throw Refuse($"does not fit {what}: {string.Join("; ", parts.Where(part => part is not null))}");
    }

    private static void Copy(NamedTensor weight, Tensor into)
    {
        var array = new FloatArray(weight.Shape, weight.Values);
        if (array.Shape.Length == 2) array = array.Transposed();
        using var values = tensor(array.Values, [.. array.Shape.Select(side => (long)side)], device: CPU);
        into.copy_(values);
    }

    private static string? Part(IReadOnlyList<string> names, string how) => names.Count == 0 ? null
        : $"{names.Count} {how} ({string.Join(", ", names.Take(Shown))}{(names.Count > Shown ? ", …" : "")})";
}
