using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace ShiTu.TestKit.Brokers;

/// <summary>A real mosquitto on a free loopback port, with a configuration and a store of its own; the test is skipped where the program is missing.</summary>
public sealed class MosquittoBroker : IAsyncDisposable
{
    private static readonly string? Program = new[] { "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/bin/mosquitto", "/opt/homebrew/sbin/mosquitto" }.FirstOrDefault(File.Exists);
    private readonly string _folder = Directory.CreateTempSubdirectory("mosquitto-").FullName;
    private readonly string _settings;
    private Process? _process;

    private MosquittoBroker(string settings, int port)
    {
        _settings = settings;
        Port = port;
    }

    /// <summary>Port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Address as the configuration writes it.</summary>
    public string Address => $"mqtt://127.0.0.1:{Port}";

    /// <summary>The folder it keeps its files in.</summary>
    public string Folder => _folder;

    /// <summary>A broker that is not running yet.</summary>
    /// <param name="settings">Further lines of <c>mosquitto.conf</c>; replaces <c>allow_anonymous true</c> where not null.</param>
    public static MosquittoBroker Prepare(string? settings = null)
    {
        Assert.SkipUnless(Program is not null, "mosquitto is not installed: apt-get install mosquitto");
        return new MosquittoBroker(settings ?? "allow_anonymous true", FreePort());
    }

    /// <summary>A running broker.</summary>
    public static async Task<MosquittoBroker> StartAsync(string? settings = null)
    {
        var broker = Prepare(settings);
        await broker.StartAsync();
        return broker;
    }

    /// <summary>A free port on the loopback.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Starts it and waits until it listens.</summary>
    public async Task StartAsync()
    {
        var configuration = Path.Combine(_folder, "mosquitto.conf");
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $"""
            listener {Port} 127.0.0.1
            persistence true
            persistence_location {_folder}/
            autosave_interval 1
            autosave_on_changes true
            max_queued_messages 0
            user root
            {_settings}

            """));
        _process = Process.Start(new ProcessStartInfo(Program!, ["-c", configuration]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        for (var tries = 0; tries < 400; tries++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException) when (!_process.HasExited)
            {
                await Task.Delay(25);
            }
        }

        throw new InvalidOperationException($"mosquitto does not listen on {Port}; its configuration is {configuration}.");
    }

    /// <summary>Ends it in an orderly way (SIGTERM).</summary>
    public Task StopAsync() => EndAsync("-TERM");

    /// <summary>Ends it at once (SIGKILL).</summary>
    public Task KillAsync() => EndAsync("-KILL");

    /// <summary>Freezes it: its sockets stay open, nothing answers (SIGSTOP).</summary>
    public void Freeze() => Signal("-STOP");

    /// <summary>Lets a frozen one go on (SIGCONT).</summary>
    public void Thaw() => Signal("-CONT");

    /// <summary>Forgets sessions and retained messages; only while it is not running.</summary>
    public void LoseSessions() => File.Delete(Path.Combine(_folder, "mosquitto.db"));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync("-KILL");
        Directory.Delete(_folder, recursive: true);
    }

    private void Signal(string signal)
    {
        if (_process is { HasExited: false })
        {
            using var kill = Process.Start("kill", [signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
        }
    }

    private async Task EndAsync(string signal)
    {
        if (_process is null)
        {
            return;
        }

        Signal(signal);
        if (signal == "-TERM")
        {
            Thaw();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }
}
