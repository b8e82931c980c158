using System.Text.Json;

namespace ShiTu.Trainer.Training;

/// <summary>A recipe that cannot be run as it is.</summary>
public sealed class RecipeException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>From what is wrong with its JSON; names the file and the key.</summary>
    internal static RecipeException Of(string file, JsonException error) =>
        new(error.Path is null || error.Message.Contains("Path: ", StringComparison.Ordinal) ? $"{file}: {error.Message}" : $"{file}: {error.Path}: {error.Message}", error);
}
