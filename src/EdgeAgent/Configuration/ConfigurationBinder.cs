using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ShiTu.EdgeAgent.Configuration;

/// <summary>Lays settings over the defaults. An unknown key is an error that names the nearest known one; so is a value of the wrong kind.</summary>
internal sealed class ConfigurationBinder
{
    private readonly JsonNode _tree = ConfigurationSchema.Agent.Defaults!.DeepClone();
    private readonly List<string> _findings = [];
    private readonly SortedDictionary<string, string> _origins = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _listOrigins = new(StringComparer.Ordinal);

    private ConfigurationBinder()
    {
    }

    /// <summary>Binds and checks.</summary>
    /// <exception cref="ConfigurationException">Anything is wrong; all findings at once.</exception>
    public static BoundConfiguration Bind(IReadOnlyList<ConfigurationValue> values)
    {
        var binder = new ConfigurationBinder();
        foreach (var value in values)
        {
            binder.Lay(value);
        }

        if (binder._findings.Count > 0)
        {
            throw new ConfigurationException(binder._findings);
        }

        var options = binder._tree.Deserialize(AgentJson.Default.AgentOptions)!;
        var findings = options.Validate().ToList();
        return findings.Count == 0 ? new BoundConfiguration(options, binder._tree, binder._origins) : throw new ConfigurationException(findings);
    }

    private void Lay(ConfigurationValue value)
    {
        var schema = ConfigurationSchema.Agent;
        var node = _tree;
        var path = "";
        var segments = value.Key.Split('.');
        for (var at = 0; at < segments.Length; at++)
        {
            if (schema.Element is { } element)
            {
                if (!int.TryParse(segments[at], NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index > 1000)
                {
                    Refuse(value, $"{path} is a list: expected {path}.0, not {path}.{segments[at]}");
                    return;
                }

                node = ElementOf(node.AsArray(), index, element, path, value.Origin);
                schema = element;
                path = $"{path}.{index}";
            }
            else if (schema.Find(segments[at]) is { } child)
            {
                path = path.Length == 0 ? child.Name : $"{path}.{child.Name}";
                if (child.Children.Count == 0 && child.Element is null)
                {
                    Set(node.AsObject(), child, path, value, leaf: at == segments.Length - 1);
                    return;
                }

                node = node[child.Name]!;
                schema = child;
            }
            else
            {
                Refuse(value, Unknown(schema, path, segments[at]));
                return;
            }
        }

        LayWhole(schema, node, path, value);
    }

    // A list of values arrives element by element; an empty section arrives as an empty text.
    private void LayWhole(ConfigurationSchema schema, JsonNode node, string path, ConfigurationValue value)
    {
        if (node is JsonValue && node.Parent is JsonArray list)
        {
            if (Convert(schema.Type, value.Value, out var converted) is { } wrong)
            {
                Refuse(value, $"{path}: {wrong}, not '{value.Value}'");
            }
            else
            {
                list[node.GetElementIndex()] = converted;
                _origins[path] = value.Origin;
            }
        }
        else if (value.Value.Length > 0)
        {
            Refuse(value, $"{path} holds keys of its own, not the value '{value.Value}'");
        }
        else if (schema.Element is not null)
        {
            node.AsArray().Clear();
            _listOrigins[path] = value.Origin;
        }
    }

    // A source that names a list replaces what an earlier source, or the defaults, had in it.
    private JsonNode ElementOf(JsonArray list, int index, ConfigurationSchema element, string path, string origin)
    {
        if (!_listOrigins.TryGetValue(path, out var owner) || (owner != origin && !origin.StartsWith("environment", StringComparison.Ordinal) && origin != "--set"))
        {
            list.Clear();
            _listOrigins[path] = origin;
        }

        while (list.Count <= index)
        {
            list.Add(element.Defaults?.DeepClone() ?? JsonValue.Create(""));
        }

        return list[index]!;
    }

    private void Set(JsonObject parent, ConfigurationSchema child, string path, ConfigurationValue value, bool leaf)
    {
        if (!leaf)
        {
            Refuse(value, $"{path} is a value and holds no keys");
        }
        else if (Convert(child.Type, value.Value, out var converted) is { } wrong)
        {
            Refuse(value, $"{path}: {wrong}, not '{value.Value}'");
        }
        else
        {
            parent[child.Name] = converted;
            _origins[path] = value.Origin;
        }
    }

    private void Refuse(ConfigurationValue value, string finding) => _findings.Add($"{value.Origin}: {finding}.");

    private static string Unknown(ConfigurationSchema schema, string path, string segment)
    {
        var where = path.Length == 0 ? "" : path + ".";
        var nearest = schema.Children.MinBy(child => EditDistance(ConfigurationSchema.Canonical(child.Name), ConfigurationSchema.Canonical(segment)));
        return nearest is null
            ? $"unknown key '{where}{segment}'"
            : $"unknown key '{where}{segment}'; the nearest known one is '{where}{nearest.Name}'";
    }

    /// <summary>Text to JSON of the wanted type; the result says what was expected where it is none.</summary>
    private static string? Convert(Type declared, string text, out JsonNode? node)
    {
        node = null;
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type == typeof(string))
        {
            node = JsonValue.Create(text);
        }
        else if (type == typeof(bool))
        {
            if (!bool.TryParse(text, out var flag))
            {
                return "expected true or false";
            }

            node = JsonValue.Create(flag);
        }
        else if (type == typeof(TimeSpan))
        {
            if (!DurationConverter.TryParse(text, out var duration))
            {
                return "expected a duration such as 250ms, 5s, 10m, 2h or 7d";
            }

            node = JsonValue.Create(DurationConverter.Format(duration));
        }
        else if (type.IsEnum)
        {
            var name = Enum.GetNames(type).FirstOrDefault(candidate => ConfigurationSchema.Canonical(candidate) == ConfigurationSchema.Canonical(text));
            if (name is null)
            {
                return $"expected one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}";
            }

            node = JsonValue.Create(name);
        }
        else if (type == typeof(int) || type == typeof(long) || type == typeof(ushort))
        {
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) || (type == typeof(int) && whole != (int)whole) || (type == typeof(ushort) && whole != (ushort)whole))
            {
                return "expected a whole number";
            }

            node = JsonValue.Create(whole);
        }
        else if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            return "expected a number";
        }
        else
        {
            node = JsonValue.Create(number);
        }

        return null;
    }

    private static int EditDistance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
