using ShiTu.EndToEnd.Tests.Programs;
using ShiTu.Index.Gallery;
using ShiTu.TestKit.Brokers;
using Xunit;

namespace ShiTu.EndToEnd.Tests;

/// <summary>What the owner's verbs say where something is wrong: what, where, and what would be right.</summary>
public sealed class OwnerToolTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public async Task A_key_is_its_owners_alone_and_never_overwritten()
    {
        var key = _place.At("owner.key");
        var made = await RunAsync(0, "keys", "new", key);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        var content = File.ReadAllText(key);
        Assert.Contains("never overwritten", (await RunAsync(1, "keys", "new", key)).Errors, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(key));
        var id = made.Output.Split('\t')[0];
        Assert.StartsWith($"{id}\tprivate", (await RunAsync(0, "keys", "show", key)).Output, StringComparison.Ordinal);
        Assert.StartsWith($"{id}\tpublic", (await RunAsync(0, "keys", "show", "--set", $"updates.trusted_keys.0={key}.pub")).Output, StringComparison.Ordinal);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Contains("0600", (await RunAsync(1, "keys", "show", key)).Errors, StringComparison.Ordinal);
        Assert.Contains(_place.At("no"), (await RunAsync(1, "keys", "new", _place.At("no/folder.key"))).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_missing_or_no_key_is_named()
    {
        Assert.Contains("keys new", (await RunAsync(1, "gallery", "sign", await GalleryAsync("m@1"), "-o", _place.At("out"), "--key", _place.At("none.key"))).Errors, StringComparison.Ordinal);
        var list = _place.Write("no.key", "not a key");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(list, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        Assert.Contains("no.key", (await RunAsync(1, "gallery", "sign", await GalleryAsync("m@1"), "-o", _place.At("out"), "--key", list)).Errors, StringComparison.Ordinal);
        Assert.Contains("updates.trusted_keys", (await RunAsync(3, "gallery", "apply", await SignedAsync("m@1"), "--set", $"state_directory={_place.At("state")}", "--set", $"updates.trusted_keys.0={_place.At("gone.pub")}")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_is_not_there_or_refuses_the_password_is_named_with_what_would_be_right()
    {
        var signed = await SignedAsync("m@1");
        Assert.Contains("--broker", (await RunAsync(1, "gallery", "push", signed, "--broker", $"mqtt://127.0.0.1:{MosquittoBroker.FreePort()}")).Errors, StringComparison.Ordinal);
        Assert.Contains("allow_plaintext", (await RunAsync(3, "gallery", "push", signed, "--broker", "mqtt://192.0.2.1")).Errors, StringComparison.Ordinal);
        await using var broker = await MosquittoBroker.StartAsync("allow_anonymous false");
        foreach (var verb in new[] { ["push", signed], new[] { "watch" } })
        {
            Assert.Contains("mqtt.password_file", (await RunAsync(1, ["gallery", .. verb, "--broker", broker.Address])).Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_older_generation_than_the_brokers_is_not_pushed()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        var signed = await SignedAsync("m@1", "--generation", "7");
        await RunAsync(0, "gallery", "push", signed, "--broker", broker.Address);
        await SignedAsync("m@1", "--generation", "6");
        Assert.Contains("--generation 8", (await RunAsync(1, "gallery", "push", signed, "--broker", broker.Address)).Errors, StringComparison.Ordinal);
        await SignedAsync("m@1", "--generation", "8");
        Assert.Contains("0 of 1 chunks sent", (await RunAsync(0, "gallery", "push", signed, "--broker", broker.Address)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gallery_of_another_model_is_refused_by_the_device_and_both_models_are_named()
    {
        var signed = await SignedAsync("another-model@00000000");
        var refused = await RunAsync(5, "gallery", "apply", signed, "--set", $"state_directory={_place.At("state")}", "--set", $"updates.trusted_keys.0={_place.At("owner.key.pub")}", "--set", "mqtt.site=site");
        Assert.Contains("another-model@00000000", refused.Output, StringComparison.Ordinal);
        Assert.Contains("mainbody", refused.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_folder_or_a_command_without_answer_is_told()
    {
        Directory.CreateDirectory(_place.At("empty"));
        await SignedAsync("m@1");
        Assert.Contains("no item", (await RunAsync(1, "gallery", "sign", _place.At("empty"), "-o", _place.At("out2"), "--key", _place.At("owner.key"))).Errors, StringComparison.Ordinal);
        await using var broker = await MosquittoBroker.StartAsync();
        var unanswered = await RunAsync(1, "command", "till-9", "gallery.state", "--key", _place.At("owner.key"), "--broker", broker.Address, "--wait", "1s");
        Assert.Contains("till-9 did not answer", unanswered.Errors, StringComparison.Ordinal);
        Assert.Contains("--from-seq", (await RunAsync(2, "outbox", "replay")).Errors, StringComparison.Ordinal);
    }

    private static async Task<(string Output, string Errors)> RunAsync(int exitCode, params IEnumerable<string> arguments)
    {
        var (code, output, errors) = await PublishedAgent.RunAsync(arguments);
        Assert.True(code == exitCode, $"{string.Join(' ', arguments)}: exit code {code}, expected {exitCode}.\n{output}\n{errors}");
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        return (output, errors);
    }

    private Task<string> GalleryAsync(string model)
    {
        var path = _place.At("owner.db");
        using var gallery = GalleryStore.Open(path, model, 512);
        if (gallery.ItemCount == 0)
        {
            var vector = new float[512];
            vector[7] = 1;
            gallery.Add(new GalleryItem("one", "one", null, Local: false), [new GalleryView(vector, "", "test")]);
        }

        return Task.FromResult(path);
    }

    private async Task<string> SignedAsync(string model, params IEnumerable<string> more)
    {
        if (!File.Exists(_place.At("owner.key")))
        {
            await RunAsync(0, "keys", "new", _place.At("owner.key"));
        }

        await RunAsync(0, ["gallery", "sign", await GalleryAsync(model), "-o", _place.At("out"), "--key", _place.At("owner.key"), .. more]);
        return _place.At("out");
    }
}
