namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>A level of a topic: 1 to 64 of <c>[a-z0-9_-]</c>.</summary>
internal static class TopicName
{
    /// <summary>Whether a name may be a level of a topic.</summary>
    public static bool IsValid(string name) =>
        name.Length is >= 1 and <= 64 && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_' or '-');

    /// <summary>The nearest valid name.</summary>
    public static string From(string name)
    {
        var lower = string.Concat(name.ToLowerInvariant().Select(c => IsValid(c.ToString()) ? c : '-'));
        return lower.Length == 0 ? "device" : lower[..Math.Min(64, lower.Length)];
    }
}
