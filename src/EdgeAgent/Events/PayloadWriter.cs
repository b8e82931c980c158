using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ShiTu.EdgeAgent.Events;

/// <summary>Writes one JSON payload: UTF-8, labels verbatim, nothing for what is absent.</summary>
internal static class PayloadWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an object with what <paramref name="write"/> puts into it.</summary>
    public static byte[] Object<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            write(json, value);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A field, or nothing where the value is null.</summary>
    public static void Optional(this Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    /// <summary>A field, or nothing where the value is null.</summary>
    public static void Optional(this Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    /// <summary>A similarity, score or share, to four digits.</summary>
    public static void Fraction(this Utf8JsonWriter json, string name, float value) => json.WriteNumber(name, float.IsFinite(value) ? MathF.Round(value, 4) : 0f);

    /// <summary>A time.</summary>
    public static void Time(this Utf8JsonWriter json, string name, DateTimeOffset value) => json.WriteString(name, Rfc3339.Format(value));
}
