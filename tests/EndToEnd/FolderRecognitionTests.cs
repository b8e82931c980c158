using System.Text.Json;
using ShiTu.EndToEnd.Tests.Brokers;
using ShiTu.EndToEnd.Tests.Programs;
using ShiTu.TestKit;
using ShiTu.TestKit.Brokers;
using Xunit;

namespace ShiTu.EndToEnd.Tests;

public sealed class FolderRecognitionTests
{
    private const int Photos = 100;

    [Fact]
    public async Task A_list_of_photos_gives_one_confirmed_event_a_photo_and_as_many_name_the_product_as_in_the_trainers_evaluation()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var data = TestFiles.Shared("data/grocerystore");
        using var place = new Workplace();
        await using var broker = await MosquittoBroker.StartAsync();
        var configuration = place.Configure(broker.Port);
        var enrolled = place.Write("enrol.txt", Lines(Labelled(data, "train.txt", 8)));
        var built = await PublishedAgent.RunAsync(["gallery", "build", enrolled, "--crop", "whole", "--config", configuration], TimeSpan.FromMinutes(5));
        Assert.True(built.ExitCode == 0, built.Errors);

        var queries = Labelled(data, "test.txt", 24).Take(Photos).ToList();
        var asked = queries.ToDictionary(photo => photo.Path, photo => photo.Item);
        Assert.Equal(Photos, asked.Count);
        var evaluated = await PublishedTrainer.RunAsync(
            ["eval", Path.Combine(PublishedAgent.Models, "general-pplcnetv2-176"), "--gallery", enrolled, "--query", place.Write("query.txt", Lines(queries)), "--json"], TimeSpan.FromMinutes(5));
        Assert.True(evaluated.ExitCode == 0, evaluated.Errors);
        var recall = JsonDocument.Parse(evaluated.Output).RootElement.GetProperty("recall_at_1").GetDouble();

        await using var listener = await BrokerListener.ConnectAsync(broker.Port, "shitu/shop/till/events/+", cancellation);
        var run = await PublishedAgent.RunAsync(
            ["run", "--config", configuration, "--set", "recognition.whole_picture=only", "--set", "recognition.threshold=0", "--set", "recognition.margin=0", "--source", place.Write("ask.txt", asked.Keys)], TimeSpan.FromMinutes(5));
        Assert.True(run.ExitCode == 0, run.Errors);

        var events = listener.Messages.Where(message => Text(message.Payload, "type") == "confirmed").Select(message => message.Payload).ToList();
        Assert.Equal(asked.Keys.Order(), events.Select(FileOf).Order());
        Assert.All(events, CheckFields);
        var right = events.Count(e => e.TryGetProperty("item", out var item) && item.GetString() == asked[FileOf(e)]);
        Assert.True(right >= Photos / 2, $"{right} of {Photos} photos were given their product.");
        Assert.Equal(recall * Photos, right, 1e-6);
        TestContext.Current.TestOutputHelper?.WriteLine($"{right} of {Photos} right, recall@1 {recall:F4}");
    }

    private static IEnumerable<string> Lines(IEnumerable<(string Path, string Item)> photos) => photos.Select(photo => $"{photo.Path}\t{photo.Item}");

    private static string FileOf(JsonElement e) => Text(e, "file");

    private static string Text(JsonElement e, string name) => e.GetProperty(name).GetString()!;

    private static IEnumerable<(string Path, string Item)> Labelled(string data, string list, int every) => File.ReadLines(Path.Combine(data, list))
        .Where((_, at) => at % every == 0)
        .Select(line => line.Split('\t'))
        .Select(columns => (Path.Combine(data, columns[0]), $"sku-{columns[1]}"));

    private static void CheckFields(JsonElement e)
    {
        Assert.Equal("shitu.event/1", Text(e, "schema"));
        Assert.Equal("camera", Text(e, "camera"));
        Assert.False(e.GetProperty("historical").GetBoolean());
        Assert.True(e.GetProperty("seq").GetInt64() > 0);
        Assert.EndsWith($".{e.GetProperty("seq").GetInt64()}", Text(e, "id"), StringComparison.Ordinal);
        Assert.True(DateTimeOffset.TryParse(Text(e, "time"), out _));
        Assert.Contains(Text(e, "decision"), new[] { "recognised", "unknown", "ambiguous" });
        Assert.Equal(Text(e, "decision") != "recognised", e.TryGetProperty("reason", out _));
        Assert.InRange(e.GetProperty("similarity").GetDouble(), -1, 1);
        Assert.Contains("@", Text(e, "model"), StringComparison.Ordinal);
        var (box, frame) = (e.GetProperty("box"), e.GetProperty("frame"));
        Assert.Equal((0, 0), (box.GetProperty("x").GetInt32(), box.GetProperty("y").GetInt32()));
        Assert.Equal((frame.GetProperty("w").GetInt32(), frame.GetProperty("h").GetInt32()), (box.GetProperty("w").GetInt32(), box.GetProperty("h").GetInt32()));
    }
}
