namespace ShiTu.Trainer.Import.Program;

/// <summary>Reads <c>inference.pdmodel</c> (<c>paddle-files.md</c> 3).</summary>
public static class ProgramReader
{
    private const int LodTensor = 7;
    private const string CallStack = "op_callstack";

    /// <summary>Reads a program.</summary>
    /// <exception cref="ImportException">The file is damaged or none.</exception>
    public static PaddleProgram Read(string path)
    {
        var program = Parse(ImportLimits.ReadFile(path), path);
        return program.Operators.Count > 0 ? program : throw new ImportException($"{path}: no operator in it; expected an inference.pdmodel.");
    }

    internal static PaddleProgram Parse(byte[] bytes, string file)
    {
        var reader = new WireReader(bytes, 0, file);
        var blocks = 0;
        long version = 0;
        Dictionary<string, PaddleVariable> variables = new(StringComparer.Ordinal);
        List<PaddleOperator> operators = [];
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1 when blocks++ == 0:
                    ReadBlock(reader.Message(), variables, operators);
                    break;
                case 4:
                    version = ReadVersion(reader.Message());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new PaddleProgram(version, blocks, variables, operators);
    }

    private static long ReadVersion(WireReader reader)
    {
        long version = 0;
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                version = reader.Number();
            }
            else
            {
                reader.Skip();
            }
        }

        return version;
    }

    private static void ReadBlock(WireReader reader, Dictionary<string, PaddleVariable> variables, List<PaddleOperator> operators)
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3:
                    var variable = ReadVariable(reader.Message());
                    if (!variables.TryAdd(variable.Name, variable))
                    {
                        throw reader.Refuse($"the variable '{variable.Name}' is there twice");
                    }

                    break;
                case 4:
                    operators.Add(ReadOperator(reader.Message()));
                    break;
                default:
                    reader.Skip();
                    break;
            }

            if (variables.Count > ImportLimits.Entries || operators.Count > ImportLimits.Entries)
            {
                throw reader.Refuse($"more than {ImportLimits.Entries} variables or operators");
            }
        }
    }

    private static PaddleVariable ReadVariable(WireReader reader)
    {
        var name = "";
        var persistable = false;
        var kind = -1;
        var element = -1;
        List<long> dims = [];
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    name = reader.Text();
                    break;
                case 2:
                    ReadType(reader.Message(), ref kind, ref element, dims);
                    break;
                case 3:
                    persistable = reader.Number() != 0;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new PaddleVariable(name, dims, element, persistable && kind == LodTensor);
    }

    private static void ReadType(WireReader reader, ref int kind, ref int element, List<long> dims)
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    kind = (int)reader.Number();
                    break;
                case 3:
                    var description = reader.Message();
                    while (description.Next())
                    {
                        if (description.Field == 1)
                        {
                            element = TensorDescription.Read(description.Message(), dims);
                        }
                        else
                        {
                            description.Skip();
                        }
                    }

                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private static PaddleOperator ReadOperator(WireReader reader)
    {
        var type = "";
        Dictionary<string, IReadOnlyList<string>> inputs = new(StringComparer.Ordinal);
        Dictionary<string, IReadOnlyList<string>> outputs = new(StringComparer.Ordinal);
        Dictionary<string, object> attributes = new(StringComparer.Ordinal);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    ReadSlot(reader.Message(), inputs);
                    break;
                case 2:
                    ReadSlot(reader.Message(), outputs);
                    break;
                case 3:
                    type = reader.Text();
                    break;
                case 4:
                    ReadAttribute(reader.Message(), attributes);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new PaddleOperator(type, inputs, outputs, attributes);
    }

    private static void ReadSlot(WireReader reader, Dictionary<string, IReadOnlyList<string>> slots)
    {
        var slot = "";
        List<string> names = [];
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    slot = reader.Text();
                    break;
                case 2:
                    names.Add(reader.Text());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        slots[slot] = names;
    }

    private static void ReadAttribute(WireReader reader, Dictionary<string, object> attributes)
    {
        var name = "";
        var type = -1;
        object? scalar = null;
        List<long> numbers = [];
        List<float> floats = [];
        List<string> texts = [];
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    name = reader.Text();
                    if (name == CallStack)
                    {
                        return;
                    }

                    break;
                case 2:
                    type = (int)reader.Number();
                    break;
                case 3 or 12 or 13:
                    scalar = reader.Number();
                    break;
                case 4:
                    scalar = reader.Single();
                    break;
                case 5:
                    scalar = reader.Text();
                    break;
                case 6 or 11 or 14 or 15:
                    reader.Numbers(numbers);
                    break;
                case 7:
                    reader.Singles(floats);
                    break;
                case 8:
                    texts.Add(reader.Text());
                    break;
                case 10:
                    scalar = reader.Number() != 0;
                    break;
                case 19:
                    scalar = BitConverter.Int64BitsToDouble(reader.Number());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        attributes[name] = type switch
        {
            3 or 7 or 10 or 11 => numbers,
            4 => floats,
            5 => texts,
            _ => scalar ?? "",
        };
    }
}
