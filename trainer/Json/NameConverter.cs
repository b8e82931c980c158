using System.Text.Json;
using System.Text.Json.Serialization;

namespace ShiTu.Trainer.Json;

/// <summary>One of a few names in a recipe, in any case; an error says which there are. Numbers are none.</summary>
internal sealed class NameConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var name = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        var found = Enum.GetNames<T>().FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
        return found is not null
            ? Enum.Parse<T>(found)
            : throw new JsonException($"{(name is null ? "it must be a name" : $"\"{name}\" is not known")}; there are {string.Join(", ", Enum.GetNames<T>())} (in any case).");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
