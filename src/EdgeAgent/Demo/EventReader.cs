using System.Text.Json;
using ShiTu.EdgeAgent.Cli;
using ShiTu.EdgeAgent.Mqtt;

namespace ShiTu.EdgeAgent.Demo;

/// <summary>A subscriber like any other: reads the events from the broker, prints them as a person would read them, and counts.</summary>
internal sealed class EventReader(TopicSubscriber subscriber, DemoScore? score, bool json) : IAsyncDisposable
{
    private Task _reading = Task.CompletedTask;

    /// <summary>Events by type and decision.</summary>
    public SortedDictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>Starts reading.</summary>
    public void Start() => _reading = ReadAsync();

    /// <summary>Ends it once what is on its way has come.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(200)).ConfigureAwait(false);
        await subscriber.DisposeAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReadAsync()
    {
        await foreach (var message in subscriber.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            using var document = JsonDocument.Parse(message.Payload);
            var root = document.RootElement;
            if (json)
            {
                Console.WriteLine(root.GetRawText());
            }

            if (root.TryGetProperty("alarm", out _))
            {
                Terminal.Warn(Text(root, "text"));
            }
            else if (root.TryGetProperty("type", out var type))
            {
                Read(root, type.GetString()!);
            }
        }
    }

    private void Read(JsonElement root, string type)
    {
        var decision = Text(root, "decision");
        var key = type is "confirmed" or "changed" ? $"{type} {decision}" : type;
        Counts[key] = Counts.GetValueOrDefault(key) + 1;
        score?.Decide(Text(root, "object"), type, decision, root.TryGetProperty("item", out var item) ? item.GetString() : null);
        if (!json)
        {
            Print(root, type, decision);
        }
    }

    private static void Print(JsonElement root, string type, string decision)
    {
        var time = root.GetProperty("time").GetDateTimeOffset().ToLocalTime();
        var what = (type, decision) switch
        {
            ("opened", _) => Terminal.Paint("something new", Paint.Faint),
            ("closed", _) => Terminal.Paint($"left after {root.GetProperty("duration_ms").GetInt64() / 1000.0:0.0} s", Paint.Faint),
            (_, "recognised") => Terminal.Paint(Text(root, "label"), Paint.Green) + Figures(root),
            (_, "ambiguous") => Terminal.Paint("ambiguous", Paint.Yellow) + $" {Text(root, "label")}{Figures(root)}",
            _ => Terminal.Paint("unknown", Paint.Yellow) + $", nearest {Text(root, "label")}{Figures(root)}",
        };
        Console.WriteLine($"{time:HH:mm:ss.f}  {Text(root, "object"),-10} {type,-10} {what}");
    }

    private static string Figures(JsonElement root)
    {
        var figures = root.TryGetProperty("similarity", out var similarity) ? $"  {similarity.GetSingle():0.00}" : "";
        return root.TryGetProperty("runner_up", out var next) ? $"{figures} (next: {Text(next, "label")} {next.GetProperty("similarity").GetSingle():0.00})" : figures;
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
