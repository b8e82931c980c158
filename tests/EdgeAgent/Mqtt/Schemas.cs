using System.Text.Json;
using Json.Schema;
using ShiTu.TestKit;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Mqtt;

/// <summary>The published schemas of <c>docs/schemas</c>, applied to real payloads.</summary>
internal static class Schemas
{
    private static readonly Dictionary<string, JsonSchema> Loaded = new(StringComparer.Ordinal);

    public static void Check(string name, ReadOnlyMemory<byte> payload)
    {
        JsonSchema schema;
        lock (Loaded)
        {
            if (!Loaded.TryGetValue(name, out schema!))
            {
                Loaded[name] = schema = JsonSchema.FromText(File.ReadAllText(Path.Combine(TestFiles.Root, "docs", "schemas", $"{name}.schema.json")));
            }
        }

        using var document = JsonDocument.Parse(payload);
        var result = schema.Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(result.IsValid, $"{name}: {document.RootElement.GetRawText()} {string.Join("; ", (result.Details ?? []).Where(detail => detail.Errors is not null).SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation} {error.Value}")))}");
    }
}
