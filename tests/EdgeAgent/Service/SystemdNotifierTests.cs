using System.Net.Sockets;
using System.Text;
using ShiTu.EdgeAgent.Service;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Service;

public sealed class SystemdNotifierTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("notify").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Messages_arrive_as_datagrams_at_a_path()
    {
        var path = Path.Combine(_folder, "socket");
        using var manager = Listen(new UnixDomainSocketEndPoint(path));
        using var notifier = new SystemdNotifier(path, "30000000");
        Assert.Equal(TimeSpan.FromSeconds(30), notifier.WatchdogInterval);
        notifier.Ready("two cameras");
        Assert.Equal("READY=1\nSTATUS=two cameras", Receive(manager));
        notifier.Watchdog();
        Assert.Equal("WATCHDOG=1", Receive(manager));
        notifier.Stopping();
        Assert.Equal("STOPPING=1", Receive(manager));
    }

    [Fact]
    public void Messages_arrive_at_an_abstract_name()
    {
        var name = $"shitu-edge-{Guid.NewGuid():N}";
        using var manager = Listen(new UnixDomainSocketEndPoint("\0" + name));
        using var notifier = new SystemdNotifier("@" + name, null);
        notifier.Status("online");
        Assert.Equal("STATUS=online", Receive(manager));
        Assert.Null(notifier.WatchdogInterval);
    }

    [Fact]
    public void Without_a_manager_nothing_happens_and_a_manager_that_went_is_no_error()
    {
        using var alone = new SystemdNotifier(null, null);
        alone.Ready("x");
        using var left = new SystemdNotifier(Path.Combine(_folder, "gone"), "abc");
        left.Watchdog();
        Assert.Null(left.WatchdogInterval);
    }

    private static Socket Listen(UnixDomainSocketEndPoint address)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 5000 };
        socket.Bind(address);
        return socket;
    }

    private static string Receive(Socket socket)
    {
        var buffer = new byte[512];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }
}
