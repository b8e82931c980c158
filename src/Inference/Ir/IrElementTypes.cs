namespace ShiTu.Inference.Ir;

/// <summary>Names and sizes of <see cref="IrElementType"/>.</summary>
internal static class IrElementTypes
{
    /// <summary>Bytes an element.</summary>
    public static int Size(this IrElementType type) => type switch
    {
        IrElementType.F64 or IrElementType.I64 => 8,
        IrElementType.F32 or IrElementType.I32 => 4,
        IrElementType.F16 => 2,
        _ => 1,
    };

    /// <summary>Whether values are floating point: such tensors become f32, the others i64.</summary>
    public static bool IsFloat(this IrElementType type) => type is IrElementType.F32 or IrElementType.F16 or IrElementType.F64;

    /// <summary>Reads a name of either spelling (<c>f16</c> of version 10 and 11, <c>FP16</c> of ports and older versions).</summary>
    public static bool TryParse(string name, out IrElementType type)
    {
        (var known, type) = name switch
        {
            "f32" or "FP32" => (true, IrElementType.F32),
            "f16" or "FP16" => (true, IrElementType.F16),
            "f64" or "FP64" => (true, IrElementType.F64),
            "i64" or "I64" => (true, IrElementType.I64),
            "i32" or "I32" => (true, IrElementType.I32),
            "i8" or "I8" => (true, IrElementType.I8),
            "u8" or "U8" => (true, IrElementType.U8),
            "boolean" or "BOOL" => (true, IrElementType.Boolean),
            _ => (false, default),
        };
        return known;
    }
}
