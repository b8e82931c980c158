using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ShiTu.EdgeAgent.Tests.Capture;

/// <summary>An HTTP camera on loopback that can fall silent without closing.</summary>
internal sealed class MotionJpegServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _picture;
    private readonly Task _serving;

    public MotionJpegServer(byte[] picture)
    {
        _picture = picture;
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public volatile bool Silent;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var clients = new List<Task>();
        try
        {
            while (true)
            {
                clients.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(clients);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            await using (var stream = client.GetStream())
            {
                await stream.WriteAsync("HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=frame\r\n\r\n"u8.ToArray(), _stop.Token);
                var head = Encoding.ASCII.GetBytes($"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {_picture.Length}\r\n\r\n");
                while (true)
                {
                    if (!Silent)
                    {
                        await stream.WriteAsync(head, _stop.Token);
                        await stream.WriteAsync(_picture, _stop.Token);
                        await stream.WriteAsync("\r\n"u8.ToArray(), _stop.Token);
                    }

                    await Task.Delay(50, _stop.Token);
                }
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The camera's client left, or the test is over.
        }
    }
}
