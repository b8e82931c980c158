using System.CommandLine;
using System.Net.Sockets;
using System.Security.Authentication;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using ShiTu.EdgeAgent.Configuration;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.Mqtt;

namespace ShiTu.EdgeAgent.Cli;

/// <summary>What the owner's verbs share: key, site, broker, and what failures of a broker mean.</summary>
internal static class OwnerArguments
{
    private const string Elsewhere = "Give another with --broker mqtts://host[:port], or set mqtt.brokers.";

    /// <summary>The broker.</summary>
    public static readonly Option<string?> Broker = new("--broker", "-b") { Description = "Broker; without it those of mqtt.brokers, in order.", HelpName = "URL" };

    /// <summary>The site.</summary>
    public static readonly Option<string?> Site = new("--site") { Description = "Site; without it mqtt.site.", HelpName = "NAME" };

    /// <summary>The signing key.</summary>
    public static Option<string?> Key(bool required = true) => new("--key", "-k")
    {
        Description = "The owner's private key; `keys new` makes one.",
        HelpName = "FILE",
        Required = required,
    };

    /// <summary>Where a signed folder goes.</summary>
    public static Option<string> Output() => new("--output", "-o") { Description = "Folder for manifest and chunks; signing into it again adds one to the generation.", HelpName = "OUT", Required = true };

    /// <summary>For which devices.</summary>
    public static Option<string[]> Devices() => new("--device") { Description = "A device that takes it; may be given several times. Without it every device of the site.", HelpName = "NAME", DefaultValueFactory = _ => [] };

    /// <summary>The generation.</summary>
    public static Option<long> Generation() => new("--generation") { Description = "Generation; without it one more than that in OUT.", HelpName = "N" };

    /// <summary>What the options of a <c>sign</c> ask for.</summary>
    /// <exception cref="CommandFailure">A device's name is none.</exception>
    public static SigningRequest Request(ParseResult parsed, string site, Option<string[]> devices, Option<long> generation, Option<string?> valid, string model, int dimension)
    {
        foreach (var device in parsed.GetValue(devices)!.Where(device => !TopicName.IsValid(device)))
        {
            throw new CommandFailure(ExitCode.Usage, $"--device {device}: expected 1 to 64 of a-z, 0-9, _ and -.");
        }

        return new SigningRequest
        {
            Site = site,
            Devices = parsed.GetValue(devices) is { Length: > 0 } some ? some : ["*"],
            Generation = parsed.GetValue(generation),
            Validity = DurationOf(parsed, valid) ?? TimeSpan.FromDays(365),
            Model = model,
            Dimension = dimension,
        };
    }

    /// <summary>A duration.</summary>
    public static Option<string?> Duration(string name, string description) => new(name) { Description = description, HelpName = "DURATION" };

    /// <summary>The value of a duration's option, or null.</summary>
    public static TimeSpan? DurationOf(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is not { } text ? null
        : DurationConverter.TryParse(text, out var duration) && duration > TimeSpan.Zero ? duration
        : throw new CommandFailure(ExitCode.Usage, $"{option.Name} {text}: expected a duration such as 30s, 5m or 365d.");

    /// <summary>The settings, with site and broker of the command line.</summary>
    public static AgentOptions Load(ParseResult parsed)
    {
        var more = new List<string>();
        if (parsed.GetValue(Site) is { } site)
        {
            more.Add($"mqtt.site={site}");
        }

        if (parsed.GetValue(Broker) is { } broker)
        {
            more.Add($"mqtt.brokers.0={broker}");
        }

        var options = SharedOptions.Load(parsed, more).Options;
        return parsed.GetValue(Broker) is { } only ? options with { Mqtt = options.Mqtt with { Brokers = [only] } } : options;
    }

    /// <summary>Does something with the broker; its failures become messages that say what would be right.</summary>
    public static async Task<T> WithBrokerAsync<T>(MqttOptions options, Func<Task<T>> work, CancellationToken cancellation)
    {
        if (options.Brokers.Count == 0)
        {
            throw new CommandFailure(ExitCode.Configuration, "mqtt.brokers: none is configured; give --broker mqtts://host.");
        }

        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (MqttRefusedException error)
        {
            throw new CommandFailure(ExitCode.Failed, $"{error.Message} {Rights(options)}");
        }
        catch (NoBrokerException error)
        {
            throw new CommandFailure(ExitCode.Failed, $"{error.Message} {(error.Failures.Any(failure => failure.Reason is MqttRefusedException) ? Rights(options) : Elsewhere)}");
        }
        catch (Exception error) when (error is MqttCommunicationException or MqttConnectingFailedException or SocketException or AuthenticationException or TimeoutException ||
            (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new CommandFailure(ExitCode.Failed, $"The broker {options.Brokers[0]} cannot be reached: {NoBrokerException.ReasonOf(error)}. {Elsewhere}");
        }
    }

    /// <summary>Loads the key that the command line names.</summary>
    public static SigningKey LoadKey(ParseResult parsed, Option<string?> key) => SigningKey.Load(parsed.GetValue(key)!);

    private static string Rights(MqttOptions options) =>
        $"Are mqtt.user_name and mqtt.password_file right, and may this user publish and subscribe below {options.Prefix}/{options.Site}/?";
}
