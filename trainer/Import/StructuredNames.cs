namespace ShiTu.Trainer.Import;

/// <summary>Upstream's structured names and ours: attribute paths that differ in little (<c>feature-model.md</c> 1.12, <c>detector.md</c> 1.7).</summary>
internal static class StructuredNames
{
    private const string Prefix = "base_model.";

    /// <summary>Our name of what upstream calls <paramref name="theirs"/>.</summary>
    public static string Ours(string theirs)
    {
        var name = theirs.StartsWith(Prefix, StringComparison.Ordinal) ? theirs[Prefix.Length..] : theirs;
        return name.Replace("neck.feat_bn.", "neck.", StringComparison.Ordinal)
            .Replace("._mean", ".running_mean", StringComparison.Ordinal)
            .Replace("._variance", ".running_var", StringComparison.Ordinal);
    }
}
