using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace ShiTu.Index.Gallery;

/// <summary>Vectors are kept at unit length; what cannot be brought to it is refused.</summary>
internal static class UnitVector
{
    /// <summary>Refuses a vector that is of the wrong length, not finite, or zero.</summary>
    public static void Check(float[] vector, int dimension, string item)
    {
        if (vector.Length != dimension)
        {
            throw new GalleryException(GalleryFault.BadVector, $"A vector of '{item}' has {vector.Length} floats; this gallery's have {dimension}.");
        }

        var norm = TensorPrimitives.Norm<float>(vector);
        if (!float.IsFinite(norm) || norm <= 1e-12f)
        {
            throw new GalleryException(GalleryFault.BadVector, $"A vector of '{item}' has the length {norm}; it must be finite and not zero.");
        }
    }

    /// <summary>The vector at unit length, as bytes.</summary>
    public static byte[] ToBytes(float[] vector)
    {
        var unit = new float[vector.Length];
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), unit);
        return MemoryMarshal.AsBytes(unit.AsSpan()).ToArray();
    }

    /// <summary>The bytes as floats.</summary>
    public static float[] FromBytes(byte[] bytes) => MemoryMarshal.Cast<byte, float>(bytes).ToArray();
}
