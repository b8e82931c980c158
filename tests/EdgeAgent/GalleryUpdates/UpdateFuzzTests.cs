using System.Text.Json;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.TestKit.Fuzzing;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.GalleryUpdates;

public sealed class UpdateFuzzTests
{
    private const int Quick = 20_000;
    private const int Long = 1_000_000;
    private const int Dimension = 4;
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Changed_commands_are_taken_or_refused() => Commands().Run(Quick, 1);

    [Fact]
    [Trait("Speed", "slow")]
    public void A_million_changed_commands_are_taken_or_refused() => Commands().Run(Long, 2);

    [Fact]
    public void Changed_manifests_are_taken_or_refused() => Manifests().Run(Quick, 3);

    [Fact]
    [Trait("Speed", "slow")]
    public void A_million_changed_manifests_are_taken_or_refused() => Manifests().Run(Long, 4);

    [Fact]
    public void Changed_chunks_are_taken_or_refused() => Chunks().Run(Quick, 5);

    [Fact]
    [Trait("Speed", "slow")]
    public void A_million_changed_chunks_are_taken_or_refused() => Chunks().Run(Long, 6);

    private static bool IsRefusal(Exception error) => error is RefusedException;

    private static FuzzTarget Commands() => new(
        payload =>
        {
            var command = Command.Parse(payload);
            if (command.Args.TryGetProperty("from_seq", out _))
            {
                command.Args.Number("from_seq");
                command.Args.Time("since");
            }
            else
            {
                command.Args.Text("item", 200);
                command.Args.Text("label", 2000);
                command.Args.List("pictures", 16);
            }

            command.ToJson();
        },
        IsRefusal,
        [
            CommandOf("outbox.replay", """{"from_seq":17,"since":"2026-03-01T12:00:00.000Z"}"""),
            CommandOf("item.add", """{"item":"sku-1","label":"Gräddfil 牛奶 \ud83c\udf4e","pictures":["/9j/4AAQ"]}"""),
            CommandOf("gallery.rollback", "{}"),
        ],
        "null", "true", "[", "]", "{", "}", "\"", ",", ":", "\\u0000", "\\ud83c", "\\u", "1e999", "-0", "9999-12-31T23:59:59.9999999+23:59", "0001-01-01T00:00:00Z", "2026-02-30T25:61:61Z",
        "\"args\":", "\"nonce\":", "\"expires\":", "\uFEFF");

    private static FuzzTarget Manifests() => new(
        payload => GalleryManifest.Parse(payload).ToJson(), IsRefusal, [ManifestOf(0), ManifestOf(1), ManifestOf(5)],
        "null", "{}", "[]", "[[[[[[[[[[", "\"", ",", "\\u0000", "\\ud83c", "1e5", "-1", "65537", "2147483648", "9007199254740993", "99999999999999999999", "\"chunks\":", "\"devices\":", "\"content_hash\":",
        new string('a', 64), new string('A', 64));

    private static FuzzTarget Chunks() => new(
        bytes => GalleryChunk.Read(bytes, Dimension).ForEach(item => item.Views.Where(view => view.Vector is not null).ToList().ForEach(view => HalfVector.Read(view.Vector!))),
        IsRefusal,
        [
            GalleryChunk.Write([new("sku-1", "Milk 牛奶", "a note", [View(1), View(2)]), new("sku-2", "Pear", null, [new(null, [0xFF, 0xD8, 0xFF, 0xE0])])]),
            GalleryChunk.Write([]),
            GalleryChunk.Write([.. Enumerable.Range(0, 30).Select(i => new ChunkItem($"item {i}", $"label {i}", null, [View(i + 1)]))]),
            [0x9B, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x81, 0xA2, 0x62, 0x69, 0x64, 0x5B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        ],
        "vector", "picture", "views", "label", "note", "id", "bvector", "gpicture", "eviews");

    private static ChunkView View(int seed) => new(HalfVector.Write([MathF.Cos(seed), MathF.Sin(seed), 0, 0]), null);

    private static byte[] CommandOf(string name, string args) =>
        new Command(name, "01J9", "nord/till-3", Day, Day.AddMinutes(5), "n-1", JsonDocument.Parse(args).RootElement).ToJson();

    private static byte[] ManifestOf(int chunks) => new GalleryManifest
    {
        Site = "nord",
        Devices = ["*", "till-3"],
        Generation = 57,
        Issued = Day,
        Expires = Day.AddDays(30),
        Model = "a+b@0123abcd",
        Dimension = 512,
        Items = 3 * chunks,
        Views = 9 * chunks,
        Chunks = [.. Enumerable.Range(1, chunks).Select(i => new ChunkReference($"{i:x64}", 1000 * i, 3))],
    }.ToJson();
}
