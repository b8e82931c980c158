using System.Net.Sockets;
using System.Text;

namespace ShiTu.EdgeAgent.Service;

/// <summary>Speaks sd_notify: one datagram a message to <c>$NOTIFY_SOCKET</c> (abstract names too). Silent where the service manager asked for nothing.</summary>
internal sealed class SystemdNotifier : IDisposable
{
    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _address;

    /// <summary>Opens the socket of the environment, if there is one.</summary>
    /// <param name="socket">Value of <c>$NOTIFY_SOCKET</c>.</param>
    /// <param name="watchdogMicroseconds">Value of <c>$WATCHDOG_USEC</c>.</param>
    public SystemdNotifier(string? socket, string? watchdogMicroseconds)
    {
        if (!string.IsNullOrEmpty(socket))
        {
            _address = new UnixDomainSocketEndPoint(socket[0] == '@' ? string.Concat("\0", socket.AsSpan(1)) : socket);
            _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        }

        WatchdogInterval = long.TryParse(watchdogMicroseconds, out var microseconds) && microseconds > 0 ? TimeSpan.FromMicroseconds(microseconds) : null;
    }

    /// <summary>How often the manager wants to hear of progress at least; null where it does not.</summary>
    public TimeSpan? WatchdogInterval { get; }

    /// <summary>From the process environment.</summary>
    public static SystemdNotifier FromEnvironment() =>
        new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), Environment.GetEnvironmentVariable("WATCHDOG_USEC"));

    /// <summary>The service serves.</summary>
    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    /// <summary>A line for <c>systemctl status</c>.</summary>
    public void Status(string status) => Send($"STATUS={status}");

    /// <summary>The service ends.</summary>
    public void Stopping() => Send("STOPPING=1");

    /// <summary>Every loop made progress.</summary>
    public void Watchdog() => Send("WATCHDOG=1");

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private void Send(string message)
    {
        try
        {
            _socket?.SendTo(Encoding.UTF8.GetBytes(message), _address!);
        }
        catch (SocketException)
        {
            // The manager is gone or its queue is full: the watchdog decides, not this call.
        }
    }
}
