using System.Net;
using System.Net.Sockets;
using ShiTu.EndToEnd.Tests.Programs;
using ShiTu.TestKit;
using Xunit;

namespace ShiTu.EndToEnd.Tests.Rtsp;

/// <summary>A real RTSP server (GStreamer's) on loopback that serves a file; it can be killed, frozen and started again on the same port.</summary>
internal sealed class RtspCamera : IAsyncDisposable
{
    private readonly string _file;
    private readonly int _port;
    private RunningProgram? _server;

    private RtspCamera(string file, int port)
    {
        _file = file;
        _port = port;
    }

    public string Url => $"rtsp://127.0.0.1:{_port}/belt";

    public static async Task<RtspCamera> StartAsync(string matroskaFile, CancellationToken cancellation)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3") && Directory.Exists("/usr/lib/python3/dist-packages/gi"), "python3-gi and gir1.2-gst-rtsp-server-1.0 are not installed; ./build.sh test installs them.");
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var camera = new RtspCamera(matroskaFile, port);
        await camera.ResumeServingAsync(cancellation);
        return camera;
    }

    /// <summary>Starts the server again after <see cref="KillAsync"/>.</summary>
    public async Task ResumeServingAsync(CancellationToken cancellation)
    {
        var script = Path.Combine(TestFiles.Root, "tests", "EndToEnd", "Rtsp", "rtsp_camera.py");
        _server = RunningProgram.Start("/usr/bin/python3", [script, _file, _port.ToString()]);
        await _server.WaitForOutputAsync("rtsp://", TimeSpan.FromSeconds(20), cancellation);
    }

    public async Task KillAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            _server = null;
        }
    }

    /// <summary>Stops the process without closing anything: the stream goes silent, the sockets stay.</summary>
    public void Freeze() => _server!.Signal("STOP");

    public void Thaw() => _server!.Signal("CONT");

    public async ValueTask DisposeAsync()
    {
        _server?.Signal("CONT");
        await KillAsync();
    }
}
