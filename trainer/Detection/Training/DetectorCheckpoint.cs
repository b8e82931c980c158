using ShiTu.Trainer.Detection.Networks;
using ShiTu.Trainer.Training;

namespace ShiTu.Trainer.Detection.Training;

/// <summary>The averaged network of a detector's checkpoint.</summary>
public static class DetectorCheckpoint
{
    /// <summary>Reads a checkpoint's network, ready for evaluation.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The network, and the recipe that made it.</returns>
    /// <exception cref="InvalidDataException">The file is no detector's checkpoint or is damaged.</exception>
    public static (PicoDet Network, DetectorRecipe Recipe, CheckpointHeader Header) Read(string path)
    {
        var checkpoint = Checkpoint.Read(path);
        DetectorRecipe recipe;
        try
        {
            (recipe, _) = DetectorRecipeReader.Parse(checkpoint.Header.RecipeText, path, []);
        }
        catch (RecipeException error)
        {
            throw new InvalidDataException($"{path} is no detector's checkpoint: {error.Message}", error);
        }

        var network = new PicoDet(DetectorShape.Named(recipe.Preset, recipe.Scale));
        var misses = checkpoint.CopyTo(NamedState.Of(network).Select(state => ($"average.{state.Name}", state.Value)));
        if (misses.Count > 0)
        {
            network.Dispose();
            throw new InvalidDataException($"{path} is of another network than its recipe: {misses[0]}.");
        }

        network.eval();
        return (network, recipe, checkpoint.Header);
    }
}
