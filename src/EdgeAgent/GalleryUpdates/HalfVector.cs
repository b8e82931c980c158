using System.Numerics.Tensors;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Unit vectors as half floats: half the bytes on the way, a similarity error below 0.001.</summary>
internal static class HalfVector
{
    /// <summary>Writes a vector, little endian.</summary>
    public static byte[] Write(ReadOnlySpan<float> vector)
    {
        var bytes = new byte[vector.Length * 2];
        for (var i = 0; i < vector.Length; i++)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(2 * i), (Half)vector[i]);
        }

        return bytes;
    }

    /// <summary>Reads a vector and makes it unit length again.</summary>
    /// <exception cref="RefusedException">It is zero or not finite (<c>chunk</c>).</exception>
    public static float[] Read(ReadOnlySpan<byte> bytes)
    {
        var vector = new float[bytes.Length / 2];
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = (float)BitConverter.ToHalf(bytes[(2 * i)..]);
        }

        var norm = TensorPrimitives.Norm<float>(vector);
        if (!float.IsFinite(norm) || norm is < 0.5f or > 2f)
        {
            throw new RefusedException("chunk", $"A vector has length {norm}; expected 1.");
        }

        TensorPrimitives.Divide(vector, norm, vector);
        return vector;
    }
}
