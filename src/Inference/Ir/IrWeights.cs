using ShiTu.Inference.Models;

namespace ShiTu.Inference.Ir;

/// <summary>The <c>.bin</c> half of a model. Every offset and size is checked against the file before it is used.</summary>
internal sealed class IrWeights
{
    private const long MaximumBytes = 512L << 20;

    private readonly string _file;
    private readonly byte[] _bytes;

    private IrWeights(string file, byte[] bytes) => (_file, _bytes) = (file, bytes);

    /// <summary>Reads the file; one that is missing counts as empty, so that the layer which needs it is named.</summary>
    public static IrWeights Read(string file)
    {
        try
        {
            var length = File.Exists(file) ? new FileInfo(file).Length : 0;
            if (length > MaximumBytes) throw new ModelException($"{file}: has {length} bytes; at most {MaximumBytes} are accepted.");
            return new IrWeights(file, length == 0 ? [] : File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{file}: cannot be read: {e.Message}", e);
        }
    }

    public IrTensor Tensor(IrNode node, IrElementType type, int[] shape, long offset, long size)
    {
        long expected = type.Size();
        foreach (var side in shape)
        {
            if (side < 0) throw node.Error("a constant has an open dimension.");
            expected = checked(expected * side) is var product && product <= MaximumBytes ? product : throw node.Error("a constant is too large.");
        }

        if (size != expected) throw node.Error($"has {size} bytes, but {type} [{string.Join(',', shape)}] needs {expected}.");
        return new IrTensor(type, shape, Bytes(node, offset, size));
    }

    public ReadOnlyMemory<byte> Bytes(IrNode node, long offset, long size)
    {
        if (offset < 0 || size < 0 || offset > _bytes.Length || size > _bytes.Length - offset)
        {
            throw node.Error(_bytes.Length == 0
                ? $"its values lie in {_file}, which is missing or empty."
                : $"its values lie at {offset} to {(decimal)offset + size} of {_file}, which has {_bytes.Length} bytes: the file is truncated or belongs to another model.");
        }

        return _bytes.AsMemory((int)offset, (int)size);
    }
}
