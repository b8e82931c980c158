namespace ShiTu.Trainer.Import.Pickle;

/// <summary>Reads <c>.pdparams</c> checkpoints and <c>.pdiparams.info</c> name tables.</summary>
public static class CheckpointReader
{
    private const string NameTable = "StructuredToParameterName@@";
    private const string SplitArrays = "UnpackBigParamInfor@@";

    /// <summary>Reads every array of a checkpoint, in the order of the file.</summary>
    /// <exception cref="ImportException">It is no checkpoint, a damaged one, or one with arrays over 4 GiB.</exception>
    public static IReadOnlyList<NamedTensor> ReadArrays(string path)
    {
        var tensors = new List<NamedTensor>();
        foreach (var (name, value) in ReadDictionary(path))
        {
            switch (value)
            {
                case PickleArray { Shape: not null, Values: not null } array:
                    tensors.Add(new NamedTensor(name, array.Shape, array.Values));
                    break;
                case object?[] { Length: 2 } pair when pair[1] is PickleArray { Shape: not null, Values: not null } array:
                    tensors.Add(new NamedTensor(name, array.Shape, array.Values));
                    break;
                case PickleArray:
                    throw new ImportException($"{path}: the array '{name}' has no content.");
                case not null when name == SplitArrays:
                    throw new ImportException($"{path}: its arrays are split because they are over 4 GiB; such checkpoints are not read.");
                default:
                    break;
            }
        }

        return tensors.Count > 0 ? tensors : throw new ImportException($"{path}: a pickle without one array; expected a checkpoint (.pdparams).");
    }

    /// <summary>Structured name to program name, where the checkpoint holds the table; empty otherwise.</summary>
    public static IReadOnlyDictionary<string, string> ReadNameTable(string path) =>
        ReadDictionary(path).TryGetValue(NameTable, out var table) && table is Dictionary<string, object?> names
            ? names.Where(pair => pair.Value is string).ToDictionary(pair => pair.Key, pair => (string)pair.Value!, StringComparer.Ordinal)
            : new Dictionary<string, string>();

    /// <summary>Program name to structured name of an <c>.info</c> file. It may list names that the program does not have.</summary>
    public static IReadOnlyDictionary<string, string> ReadInfo(string path)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (program, entry) in ReadDictionary(path))
        {
            if (entry is Dictionary<string, object?> fields && fields.TryGetValue("structured_name", out var name) && name is string structured)
            {
                names.Add(program, structured);
            }
        }

        return names;
    }

    private static Dictionary<string, object?> ReadDictionary(string path) =>
        PickleReader.Read(ImportLimits.ReadFile(path), path) as Dictionary<string, object?>
        ?? throw new ImportException($"{path}: a pickle, but no dictionary of names; expected a checkpoint or a name table.");
}
