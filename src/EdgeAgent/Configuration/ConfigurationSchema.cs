using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace ShiTu.EdgeAgent.Configuration;

/// <summary>A key of the configuration: an object with keys of its own, a list, or a value.</summary>
internal sealed class ConfigurationSchema
{
    private ConfigurationSchema(string name, Type type, JsonNode? defaults)
    {
        Name = name;
        Type = type;
        Defaults = defaults;
    }

    /// <summary>Name in snake_case.</summary>
    public string Name { get; }

    /// <summary>Type of the value.</summary>
    public Type Type { get; }

    /// <summary>Value that holds where nobody sets one.</summary>
    public JsonNode? Defaults { get; }

    /// <summary>Keys of an object.</summary>
    public IReadOnlyList<ConfigurationSchema> Children { get; private set; } = [];

    /// <summary>Shape of a list's elements; null for anything else.</summary>
    public ConfigurationSchema? Element { get; private set; }

    /// <summary>The shape of <see cref="AgentOptions"/>.</summary>
    public static ConfigurationSchema Agent { get; } = Describe("", AgentJson.Default.AgentOptions, JsonSerializer.SerializeToNode(new AgentOptions(), AgentJson.Default.AgentOptions));

    /// <summary>Finds a child whatever the spelling: <c>whole_picture</c>, <c>wholePicture</c>, <c>WholePicture</c>.</summary>
    public ConfigurationSchema? Find(string name) => Children.FirstOrDefault(child => Canonical(child.Name) == Canonical(name));

    /// <summary>A key without case and underscores.</summary>
    public static string Canonical(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    private static ConfigurationSchema Describe(string name, JsonTypeInfo info, JsonNode? defaults)
    {
        var schema = new ConfigurationSchema(name, info.Type, defaults);
        switch (info.Kind)
        {
            case JsonTypeInfoKind.Object:
                schema.Children = [.. info.Properties.Select(property =>
                    Describe(property.Name, AgentJson.Default.Options.GetTypeInfo(property.PropertyType), defaults?[property.Name]))];
                break;
            case JsonTypeInfoKind.Enumerable:
                var element = AgentJson.Default.Options.GetTypeInfo(info.ElementType!);
                schema.Element = Describe(name, element, AgentOptions.ElementDefaults(element.Type));
                break;
            default:
                break;
        }

        return schema;
    }
}
