using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ShiTu.EdgeAgent.Cli;

namespace ShiTu.EdgeAgent.Bench;

/// <summary>A mosquitto of the bench's own on a free loopback port: fleets are measured against a broker as they have it, in another process.</summary>
internal sealed class BenchBroker : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Process _process;

    private BenchBroker(Process process, int port)
    {
        _process = process;
        Address = $"mqtt://127.0.0.1:{port}";
    }

    /// <summary>Its address.</summary>
    public string Address { get; }

    /// <summary>The program; null where it is not installed.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/usr/local/sbin")
        .Select(folder => Path.Combine(folder, "mosquitto")).FirstOrDefault(File.Exists);

    /// <summary>Starts one that keeps everything in memory.</summary>
    public static async Task<BenchBroker> StartAsync(string folder, CancellationToken cancellation)
    {
        var port = FreePort();
        var configuration = Path.Combine(folder, $"mosquitto-{port}.conf");
        string[] lines =
        [
            string.Create(CultureInfo.InvariantCulture, $"listener {port} 127.0.0.1"), "allow_anonymous true", "persistence false", "max_queued_messages 0", "log_dest none",

            // Without it mosquitto holds small messages back for up to 40 ms, which would hide what is measured.
            "set_tcp_nodelay true",
            .. Environment.UserName == "root" ? ["user root"] : Array.Empty<string>(),
        ];
        await File.WriteAllLinesAsync(configuration, lines, cancellation).ConfigureAwait(false);
        var process = BenchChildren.Start(new ProcessStartInfo(Program!, ["-c", configuration]) { RedirectStandardError = true, RedirectStandardOutput = true });
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var broker = new BenchBroker(process, port);
        for (var start = Stopwatch.GetTimestamp(); ; await Task.Delay(20, cancellation).ConfigureAwait(false))
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port, cancellation).ConfigureAwait(false);
                return broker;
            }
            catch (SocketException) when (!process.HasExited && Stopwatch.GetElapsedTime(start) < Patience)
            {
                // It is starting.
            }
            catch (SocketException error)
            {
                await broker.DisposeAsync().ConfigureAwait(false);
                throw new CommandFailure(ExitCode.Failed, $"{Program} started for the bench does not listen on port {port}: {error.Message}");
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        BenchChildren.Forget(_process);
        _process.Kill();
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
