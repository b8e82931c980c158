using System.Numerics.Tensors;

namespace ShiTu.Inference.Engines;

/// <summary>Compares an engine with another on the same input, before it is trusted.</summary>
internal static class EngineSelfTest
{
    /// <summary>Least cosine between the two engines' outputs in full precision.</summary>
    private const float FullPrecision = 0.9999f;

    /// <summary>Least cosine where one of them computes in 16 bits: well above what separates two products.</summary>
    private const float ReducedPrecision = 0.995f;

    /// <summary>Why <paramref name="candidate"/> is not to be trusted, or nothing.</summary>
    public static string Objection(IInferenceEngine candidate, IInferenceEngine reference)
    {
        using var a = candidate.CreateRequest(1);
        using var b = reference.CreateRequest(1);
        for (var i = 0; i < a.Inputs.Count; i++)
        {
            Fill(a.Input(i), i);
            a.Input(i).CopyTo(b.Input(i));
        }

        a.Run();
        b.Run();
        var least = candidate.Precision == "f32" ? FullPrecision : ReducedPrecision;
        for (var i = 0; i < a.Outputs.Count; i++)
        {
            var cosine = TensorPrimitives.CosineSimilarity(a.Output(i), b.Output(i));
            if (!(cosine >= least)) return $"its output \"{a.Outputs[i].Name}\" has a cosine of {cosine:F5} to the reference engine's, {least} is the least";
        }

        return "";
    }

    // Smooth waves in the range of a normalised picture: noise would leave most of a network's channels at zero.
    private static void Fill(Span<float> values, int seed)
    {
        for (var i = 0; i < values.Length; i++) values[i] = 2 * MathF.Sin((i * 0.013f) + seed) * MathF.Cos(i * 0.0007f);
    }
}
