namespace ShiTu.Inference.Ir;

/// <summary>Element types of constants and ports that the reader knows.</summary>
internal enum IrElementType
{
    F32,
    F16,
    F64,
    I64,
    I32,
    I8,
    U8,
    Boolean,
}
