namespace ShiTu.Trainer.Export;

/// <summary>Model folders.</summary>
internal static class ExportFolder
{
    /// <summary>The name of a model: its folder's.</summary>
    public static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
}
