using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ShiTu.EdgeAgent.Tests.Mqtt;

/// <summary>A network between agent and broker that can be cut (connections reset, new ones refused) or stalled (open, but nothing passes).</summary>
internal sealed class CutProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly CancellationTokenSource _end = new();
    private readonly int _target;
    private readonly Task _accepting;
    private volatile bool _cut;
    private volatile bool _stalled;

    public CutProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Cut()
    {
        _cut = true;
        CloseAll();
    }

    public void Stall() => _stalled = true;

    public void Restore()
    {
        _cut = false;
        _stalled = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        CloseAll();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private void CloseAll()
    {
        while (_clients.TryTake(out var client))
        {
            client.Client?.Close(0);
        }
    }

    private async Task AcceptAsync()
    {
        var pumps = new List<Task>();
        while (!_end.IsCancellationRequested)
        {
            var near = await _listener.AcceptTcpClientAsync(_end.Token);
            if (_cut)
            {
                near.Client.Close(0);
                continue;
            }

            var far = new TcpClient();
            await far.ConnectAsync(IPAddress.Loopback, _target);
            _clients.Add(near);
            _clients.Add(far);
            pumps.Add(PumpAsync(near, far));
            pumps.Add(PumpAsync(far, near));
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[4096];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _end.Token) is > 0 and var read)
            {
                while (_stalled)
                {
                    await Task.Delay(20, _end.Token);
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _end.Token);
            }
        }
        catch (Exception)
        {
            // Cut.
        }

        from.Close();
        to.Close();
    }
}
