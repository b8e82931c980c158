using System.Globalization;

namespace ShiTu.EdgeAgent.Events;

/// <summary>Times as every payload writes them: UTC, milliseconds, <c>Z</c>.</summary>
internal static class Rfc3339
{
    /// <summary>Writes a time.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Reads a time with any offset and up to seven digits of a second; false where it is none.</summary>
    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        time = default;
        return text is { Length: >= 20 and <= 40 } && text[10] is 'T' or 't' && text.AsSpan(19).IndexOfAny("Zz+-") >= 0 &&
            DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out time);
    }
}
