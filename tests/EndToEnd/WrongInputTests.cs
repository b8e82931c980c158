using System.Security.Cryptography;
using System.Text;
using ShiTu.EndToEnd.Tests.Programs;
using ShiTu.Index.Gallery;
using SkiaSharp;
using Xunit;

namespace ShiTu.EndToEnd.Tests;

public sealed class WrongInputTests : IDisposable
{
    private readonly Workplace _place = new();

    [Fact]
    public Task An_unknown_configuration_key_is_refused_with_the_nearest_known_one() =>
        PublishedAgent.RefuseAsync(3, ["run", "--config", _place.Write("f.json", """{ "recognition": { "treshold": 0.4 } }""")], "recognition.treshold", "recognition.threshold");

    [Fact]
    public Task A_configuration_file_that_is_not_there_is_named() => PublishedAgent.RefuseAsync(3, ["run", "--config", _place.At("nowhere.json")], "nowhere.json");

    [Fact]
    public Task A_configuration_without_a_camera_says_how_to_add_one() => PublishedAgent.RefuseAsync(3, ["run", "--config", _place.Configure(1883)], "cameras", "--source");

    [Fact]
    public Task A_list_that_is_not_there_is_named() => PublishedAgent.RefuseAsync(1, ["gallery", "build", _place.At("nowhere.txt"), "-g", _place.At("g.db")], "nowhere.txt: no such list or folder");

    [Fact]
    public Task A_run_over_a_camera_that_is_not_there_says_so() =>
        PublishedAgent.RefuseAsync(1, ["run", "--source", "rtsp://127.0.0.1:9/belt", "--for", "6s"], "camera: no frame came", "camera probe");

    [Fact]
    public Task An_unknown_verb_is_wrong_usage() => PublishedAgent.RefuseAsync(2, ["recognise"], "recognise", "--help");

    [Fact]
    public Task An_unknown_option_is_wrong_usage() => PublishedAgent.RefuseAsync(2, ["run", "--fast"], "--fast", "--help");

    [Fact]
    public Task A_model_folder_that_is_not_there_is_named() =>
        PublishedAgent.RefuseAsync(5, ["gallery", "build", Enrolment(), "-g", _place.At("g.db"), "--set", "models.detector=no-such-model"], "no-such-model");

    [Fact]
    public async Task A_model_file_that_is_cut_off_is_refused()
    {
        CopyModels(_place.At("models"));
        var cut = Directory.GetFiles(_place.At("models"), "model.bin", SearchOption.AllDirectories);
        Assert.NotEmpty(cut);
        Array.ForEach(cut, file =>
        {
            using var stream = File.OpenWrite(file);
            stream.SetLength(stream.Length - 1);
        });
        await PublishedAgent.RefuseAsync(5, ["gallery", "build", Enrolment(), "-g", _place.At("g.db"), "--set", $"models.folder={_place.At("models")}"], "model.bin");
    }

    [Fact]
    public async Task A_model_file_of_something_else_and_one_that_was_changed_by_hand_are_refused()
    {
        CopyModels(_place.At("models"));
        var model = Path.Combine(_place.At("models"), "mainbody-x1_0-320", "model.xml");
        // Bytes as characters, the mark at the start too.
        var good = Encoding.Latin1.GetString(File.ReadAllBytes(model));
        File.WriteAllText(model, "{ \"not\": \"a model\" }");
        await Refuse("model.xml");

        // With hashes of files that fit: the identity does not.
        var strange = good.Replace("type=\"GroupConvolution\"", "type=\"Teleport\"", StringComparison.Ordinal);
        Assert.NotEqual(good, strange);
        File.WriteAllBytes(model, Encoding.Latin1.GetBytes(strange));
        var manifest = Path.Combine(Path.GetDirectoryName(model)!, "manifest.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(Hash(good), Hash(strange), StringComparison.Ordinal));
        await Refuse("changed by hand");

        Task Refuse(string named) => PublishedAgent.RefuseAsync(5, ["gallery", "build", Enrolment(), "-g", _place.At("g.db"), "--set", $"models.folder={_place.At("models")}"], named);
        static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.Latin1.GetBytes(text)));
    }

    [Fact]
    public async Task A_gallery_of_another_model_is_refused_and_both_are_named()
    {
        GalleryStore.Open(_place.At("g.db"), "another-model@00000000", 512).Dispose();
        await PublishedAgent.RefuseAsync(5, ["recognize", Red(), "-g", _place.At("g.db")], "another-model@00000000", "@");
    }

    [Fact]
    public Task A_file_that_is_no_gallery_is_refused()
    {
        var noise = new byte[64 << 10];
        new Random(5).NextBytes(noise);
        File.WriteAllBytes(_place.At("g.db"), noise);
        return PublishedAgent.RefuseAsync(5, ["recognize", Red(), "-g", _place.At("g.db")], "g.db");
    }

    [Fact]
    public async Task A_list_line_without_label_is_named_and_the_rest_is_enrolled()
    {
        var list = _place.Write("list.txt", $"{Red()}\tred", _place.Draw("blue.png", SKColors.Blue));
        await PublishedAgent.RefuseAsync(4, ["gallery", "build", list, "-g", _place.At("g.db")], "list.txt:2", "label");
        using var gallery = GalleryStore.OpenReadOnly(_place.At("g.db"));
        Assert.Equal("red", Assert.Single(gallery.Items()).Label);
    }

    [Fact]
    public async Task A_corrupt_picture_among_good_ones_is_named_and_the_rest_is_recognised()
    {
        var built = await PublishedAgent.RunAsync(["gallery", "build", Enrolment(), "-g", _place.At("g.db")]);
        Assert.True(built.ExitCode == 0, built.Errors);
        var blue = _place.Draw("blue.png", SKColors.Blue);
        File.WriteAllText(_place.At("bad.jpg"), "not a picture");
        var output = await PublishedAgent.RefuseAsync(4, ["recognize", Red(), _place.At("bad.jpg"), blue, "-g", _place.At("g.db")], "bad.jpg");
        Assert.Equal(2, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_picture_listed_twice_under_one_label_is_one_view_and_is_named()
    {
        var list = _place.Write("list.txt", $"{Red()}\tred", $"{Red()}\tred");
        await PublishedAgent.RefuseAsync(4, ["gallery", "build", list, "-g", _place.At("g.db")], "list.txt:2", "red.png");
        using var gallery = GalleryStore.OpenReadOnly(_place.At("g.db"));
        Assert.Equal(("red", 1), (Assert.Single(gallery.Items()).Label, gallery.ViewCount));
    }

    [Fact]
    public Task An_empty_folder_holds_nothing_to_enrol()
    {
        Directory.CreateDirectory(_place.At("empty"));
        return PublishedAgent.RefuseAsync(1, ["gallery", "build", _place.At("empty"), "-g", _place.At("g.db")], "empty", "no labelled picture");
    }

    public void Dispose() => _place.Dispose();

    private static void CopyModels(string target)
    {
        Assert.SkipUnless(Directory.Exists(PublishedAgent.Models), $"{PublishedAgent.Models} is not there; ./build.sh publish puts it there.");
        foreach (var file in Directory.GetFiles(PublishedAgent.Models, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(PublishedAgent.Models, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private string Red() => _place.Draw("red.png", SKColors.Red);

    private string Enrolment() => _place.Write("enrol.txt", $"{Red()}\tred");
}
