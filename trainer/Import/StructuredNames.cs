namespace ShiTu.Trainer.Import;

/// <summary>Upstream's structured names and ours: attribute paths that differ in little (<c>feature-model.md</c> 1.12, <c>detector.md</c> 1.7).</summary>
internal static class StructuredNames
{
    // What exporters put before the names of a whole model, and of its backbone.
    private const string Prefix = "base_model.";
    private const string TheirNeck = "neck.feat_bn.";
    private const string OurNeck = "neck.";

    private static readonly (string Theirs, string Ours)[] Members = [("._mean", ".running_mean"), ("._variance", ".running_var")];

    /// <summary>Our name of what upstream calls <paramref name="theirs"/>.</summary>
    public static string Ours(string theirs)
    {
        var name = theirs.StartsWith(Prefix, StringComparison.Ordinal) ? theirs[Prefix.Length..] : theirs;
        if (name.StartsWith(TheirNeck, StringComparison.Ordinal)) name = OurNeck + name[TheirNeck.Length..];
        foreach (var member in Members) name = WithEnd(name, member.Theirs, member.Ours);
        return name;
    }

    /// <summary>Upstream's name, without a prefix, of what we call <paramref name="ours"/>.</summary>
    public static string Theirs(string ours)
    {
        var name = ours;
        foreach (var member in Members) name = WithEnd(name, member.Ours, member.Theirs);
        return name.StartsWith(OurNeck, StringComparison.Ordinal) && name.IndexOf('.', OurNeck.Length) < 0 ? TheirNeck + name[OurNeck.Length..] : name;
    }

    private static string WithEnd(string name, string end, string other) => name.EndsWith(end, StringComparison.Ordinal) ? name[..^end.Length] + other : name;
}
