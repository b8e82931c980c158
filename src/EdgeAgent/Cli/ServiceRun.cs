using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using ShiTu.EdgeAgent.Configuration;
using ShiTu.EdgeAgent.Service;

namespace ShiTu.EdgeAgent.Cli;

/// <summary>The agent under a host: signals stop it in order, logs go to stderr (in the journal's format under systemd).</summary>
internal static class ServiceRun
{
    /// <summary>Runs until the sources end or a signal comes.</summary>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(AgentOptions options, RunRequest request, CancellationToken cancellation) =>
        RunAsync(options, request, new HostedWork(logs => new AgentParts(logs, TimeProvider.System)), cancellation);

    /// <summary>Runs with parts and followers of the caller's.</summary>
    public static async Task<int> RunAsync(AgentOptions options, RunRequest request, HostedWork work, CancellationToken cancellation)
    {
        var interrupted = false;
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => interrupted = true);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (request.For is { } duration)
        {
            end.CancelAfter(duration);
        }

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, ApplicationName = "shitu-edge" });
        AddLogging(builder.Logging, options.LogLevel);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(work);
        builder.Services.AddHostedService<HostedAgent>();
        using var host = builder.Build();
        await host.RunAsync(end.Token).ConfigureAwait(false);
        work.ThrowIfFailed();
        return interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }

    private static void AddLogging(ILoggingBuilder logging, LogLevel level)
    {
        logging.SetMinimumLevel(level);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        if (Environment.GetEnvironmentVariable("JOURNAL_STREAM") is null)
        {
            logging.AddSimpleConsole(simple =>
            {
                simple.SingleLine = true;
                simple.TimestampFormat = "HH:mm:ss.fff ";
            });
        }
        else
        {
            logging.AddSystemdConsole();
        }

        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
