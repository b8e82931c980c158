using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ShiTu.EdgeAgent.Cli;
using ShiTu.EdgeAgent.Configuration;

namespace ShiTu.EdgeAgent.Bench;

/// <summary>This program as a service in a child process, started as a service manager does it: nothing of the bench is in its memory or its start.</summary>
internal sealed class ServiceChild : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly Process _process;

    private ServiceChild(Process process, double readyMs) => (_process, ReadyMs) = (process, readyMs);

    /// <summary>Milliseconds from its start to its READY.</summary>
    public double ReadyMs { get; }

    /// <summary>Starts it and waits for READY.</summary>
    /// <param name="models">Models and engine.</param>
    /// <param name="folder">Its state directory, with a gallery in it.</param>
    public static ServiceChild Start(ModelOptions models, string folder)
    {
        var address = Path.Combine(folder, "notify");
        File.Delete(address);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 200 };
        socket.Bind(new UnixDomainSocketEndPoint(address));
        var info = Describe(models, folder, address);
        var start = Stopwatch.GetTimestamp();
        var process = BenchChildren.Start(info);
        try
        {
            while (!IsReady(socket))
            {
                if (process.HasExited || Stopwatch.GetElapsedTime(start) > Patience)
                {
                    process.Kill();
                    throw new CommandFailure(ExitCode.Failed, $"The service started as a child did not become ready: {process.StandardError.ReadToEnd().Trim()}");
                }
            }

            return new ServiceChild(process, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        catch
        {
            BenchChildren.Forget(process);
            process.Dispose();
            throw;
        }
    }

    /// <summary>Resident memory now, as the kernel counts it, in MiB.</summary>
    public double Resident()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.AsSpan("VmRSS:".Length).Trim().TrimEnd("kB "), CultureInfo.InvariantCulture) / 1024;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        BenchChildren.Forget(_process);
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static ProcessStartInfo Describe(ModelOptions models, string folder, string address)
    {
        // An empty file and none of the environment's settings: cameras and brokers of this device stay out of it.
        var configuration = Path.Combine(folder, "bench.json");
        File.WriteAllText(configuration, "{}");
        string[] settings =
        [
            $"models.folder={models.Folder}", $"models.detector={models.Detector}", $"models.feature={models.Feature}", $"models.engine={models.Engine}",
            $"models.precision={models.Precision}", $"models.threads={models.Threads}", $"models.openvino_library={models.OpenvinoLibrary}",
            $"state_directory={folder}", $"runtime_directory={folder}", "log_level=error", "mqtt.enabled=false",
            "cameras.0.name=bench", "cameras.0.source=synthetic:1280x720@10", "cameras.0.realtime=true",
        ];
        var program = Environment.ProcessPath!;

        // Not published, the process is the dotnet host and the program its first argument.
        string[] host = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        var info = new ProcessStartInfo(program, [.. host, "run", "--config", configuration, .. settings.SelectMany(setting => new[] { "--set", setting })]) { RedirectStandardError = true };
        foreach (var name in Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => (string)entry.Key))
        {
            if (name.StartsWith("SHITU__", StringComparison.OrdinalIgnoreCase) || name == "WATCHDOG_USEC")
            {
                info.Environment.Remove(name);
            }
        }

        info.Environment["NOTIFY_SOCKET"] = address;
        return info;
    }

    private static bool IsReady(Socket socket)
    {
        Span<byte> message = stackalloc byte[1024];
        try
        {
            return Encoding.UTF8.GetString(message[..socket.Receive(message)]).StartsWith("READY=1", StringComparison.Ordinal);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.WouldBlock or SocketError.TimedOut)
        {
            return false;
        }
    }
}
