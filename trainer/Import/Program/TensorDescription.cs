namespace ShiTu.Trainer.Import.Program;

/// <summary>Element type and dimensions as the format writes them, in programs and before every weight.</summary>
internal static class TensorDescription
{
    /// <summary>32-bit float.</summary>
    public const int Float32 = 5;

    /// <summary>Adds the dimensions to <paramref name="dims"/> and gives the element type.</summary>
    public static int Read(WireReader reader, List<long> dims)
    {
        var element = -1;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    element = (int)reader.Number();
                    break;
                case 2:
                    reader.Numbers(dims);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return element;
    }
}
