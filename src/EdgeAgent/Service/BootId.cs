using System.Security.Cryptography;

namespace ShiTu.EdgeAgent.Service;

/// <summary>Identity of one run of the service: time-ordered, unique forever.</summary>
internal static class BootId
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>A new one: 10 characters of time, 10 of chance (the layout of a ULID's start).</summary>
    public static string Create(TimeProvider time)
    {
        Span<char> text = stackalloc char[20];
        var milliseconds = time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var at = 9; at >= 0; at--)
        {
            text[at] = Alphabet[(int)(milliseconds & 31)];
            milliseconds >>= 5;
        }

        for (var at = 10; at < text.Length; at++)
        {
            text[at] = Alphabet[RandomNumberGenerator.GetInt32(Alphabet.Length)];
        }

        return new string(text);
    }
}
