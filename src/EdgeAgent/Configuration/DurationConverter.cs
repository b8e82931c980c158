using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ShiTu.EdgeAgent.Configuration;

/// <summary>Durations as people write them: <c>250ms</c>, <c>5s</c>, <c>10m</c>, <c>2h</c>, <c>7d</c>; also <c>hh:mm:ss</c>.</summary>
internal sealed class DurationConverter : JsonConverter<TimeSpan>
{
    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1)];

    /// <summary>Reads a duration; false where the text is none.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        foreach (var (unit, seconds) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal) &&
                double.TryParse(text.AsSpan(0, text.Length - unit.Length).Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var count) &&
                Math.Abs(count * seconds) < TimeSpan.MaxValue.TotalSeconds)
            {
                duration = TimeSpan.FromSeconds(count * seconds);
                return true;
            }
        }

        return TimeSpan.TryParseExact(text, ["c", "g"], CultureInfo.InvariantCulture, out duration);
    }

    /// <summary>The shortest text that reads back the same.</summary>
    public static string Format(TimeSpan duration)
    {
        foreach (var (unit, seconds) in (ReadOnlySpan<(string, double)>)[("d", 86400), ("h", 3600), ("m", 60), ("s", 1)])
        {
            var count = duration.TotalSeconds / seconds;
            if (count >= 1 && count == Math.Floor(count))
            {
                return $"{count}{unit}";
            }
        }

        return duration == TimeSpan.Zero ? "0s" : $"{duration.TotalMilliseconds}ms";
    }

    /// <inheritdoc/>
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TryParse(reader.GetString() ?? "", out var duration) ? duration : throw new JsonException("expected a duration such as 250ms, 5s, 10m, 2h or 7d");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(Format(value));
}
