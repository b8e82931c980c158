using System.Text.Json.Nodes;

namespace ShiTu.EdgeAgent.Configuration;

/// <summary>Checked settings, the tree they came from, and the origin of each value that is not a default.</summary>
/// <param name="Options">What the program uses.</param>
/// <param name="Tree">Every key with its value.</param>
/// <param name="Origins">Path to origin; a path that is absent holds its default.</param>
internal sealed record BoundConfiguration(AgentOptions Options, JsonNode Tree, IReadOnlyDictionary<string, string> Origins)
{
    /// <summary>Every value with its path and origin; secrets are not shown.</summary>
    public IEnumerable<(string Path, string Value, string Origin)> Values() => Walk(Tree, "");

    private IEnumerable<(string Path, string Value, string Origin)> Walk(JsonNode? node, string path)
    {
        var children = node switch
        {
            JsonObject section => section.Select(pair => (pair.Key, pair.Value)),
            JsonArray list => list.Select((element, index) => (index.ToString(), element)),
            _ => null,
        };
        if (children is null)
        {
            yield return (path, Secrets.Redact(path, node?.ToString() ?? ""), Origins.GetValueOrDefault(path, "default"));
            yield break;
        }

        foreach (var (key, child) in children)
        {
            foreach (var value in Walk(child, path.Length == 0 ? key : $"{path}.{key}"))
            {
                yield return value;
            }
        }
    }
}
