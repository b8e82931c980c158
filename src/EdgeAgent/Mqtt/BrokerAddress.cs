using System.Net;

namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>A broker: where it is, and whether TLS is spoken with it.</summary>
internal sealed record BrokerAddress(string Host, int Port, bool Tls)
{
    /// <summary>Reads <c>mqtts://host[:port]</c> or <c>mqtt://host[:port]</c>.</summary>
    /// <exception cref="FormatException">It is none; the message says what would be right.</exception>
    public static BrokerAddress Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("mqtt" or "mqtts") || uri.Host.Length == 0)
        {
            throw new FormatException($"expected mqtts://host[:port] or mqtt://host[:port], not '{text}'.");
        }

        if (uri.UserInfo.Length > 0 || uri.PathAndQuery.Length > 1)
        {
            throw new FormatException("expected a host and a port only; user name and password have keys of their own.");
        }

        var tls = uri.Scheme == "mqtts";
        return new BrokerAddress(uri.DnsSafeHost, uri.Port > 0 ? uri.Port : tls ? 8883 : 1883, tls);
    }

    /// <summary>What is wrong with a configured address, or null.</summary>
    public static string? Check(string text, bool allowPlaintext)
    {
        try
        {
            var address = Parse(text);
            return address.Tls || address.IsLoopback || allowPlaintext
                ? null
                : $"mqtt:// sends everything readable; expected mqtts://{address.Host}, or allow_plaintext: true where the way to it is trusted.";
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    /// <summary>Whether it is this machine.</summary>
    public bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <inheritdoc/>
    public override string ToString() => $"{(Tls ? "mqtts" : "mqtt")}://{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}";
}
