using ShiTu.Inference.Engines;

namespace ShiTu.Inference.Models;

/// <summary>Checks that a model takes what its manifest says.</summary>
internal static class ModelInput
{
    /// <summary>One input of <c>[batch, 3, height, width]</c>.</summary>
    /// <exception cref="ModelException">It has others.</exception>
    public static void Check(IInferenceRequest request, ModelManifest manifest, int batch)
    {
        int[] expected = [batch, 3, manifest.Preparation.Height, manifest.Preparation.Width];
        if (request.Inputs.Count != 1 || !request.Inputs[0].Shape.SequenceEqual(expected))
        {
            var found = string.Join(", ", request.Inputs.Select(input => $"[{string.Join(',', input.Shape)}]"));
            throw new ModelException($"{manifest.Name}: the model takes {found}; its manifest says [{string.Join(',', expected)}].");
        }
    }
}
