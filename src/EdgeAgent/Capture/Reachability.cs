using System.Net.Sockets;

namespace ShiTu.EdgeAgent.Capture;

/// <summary>Asks cheaply whether a dead camera is back, before a whole ffmpeg is started for it.</summary>
internal static class Reachability
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Tries to connect to the host of a TCP stream.</summary>
    /// <returns>What went wrong; null where somebody listens, or where it cannot be known.</returns>
    public static async Task<string?> CheckAsync(SourceAddress address, TimeProvider time, CancellationToken cancellation)
    {
        if (address.Kind != SourceKind.Stream || !Uri.TryCreate(address.Text, UriKind.Absolute, out var url) || PortOf(url) is not { } port)
        {
            return null;
        }

        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var limit = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await socket.ConnectAsync(url.Host, port, both.Token).ConfigureAwait(false);
            return null;
        }
        catch (SocketException error)
        {
            return $"no connection to {url.Host}:{port}: {error.Message}";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"no connection to {url.Host}:{port}: no answer within {Patience.TotalSeconds:0} s";
        }
    }

    private static int? PortOf(Uri url) => url.Scheme switch
    {
        "http" or "https" or "tcp" => url.Port > 0 ? url.Port : null,
        "rtsp" => url.Port > 0 ? url.Port : 554,
        "rtsps" => url.Port > 0 ? url.Port : 322,
        "rtmp" => url.Port > 0 ? url.Port : 1935,
        _ => null,
    };
}
