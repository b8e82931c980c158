using System.Text.Json;
using ShiTu.EndToEnd.Tests.Programs;
using SkiaSharp;
using Xunit;
using static ShiTu.TestKit.Pictures.OddPictures;

namespace ShiTu.EndToEnd.Tests;

/// <summary>Pictures that cameras do not make, given to the published binary.</summary>
public sealed class WrongPictureTests : IDisposable
{
    private readonly Workplace _place = new();

    [Fact]
    public async Task Rare_kinds_are_recognised_turned_as_they_say_and_bombs_are_named()
    {
        var gallery = _place.At("g.db");
        var built = await PublishedAgent.RunAsync(["gallery", "build", _place.Write("enrol.txt", $"{_place.Draw("red.png", SKColors.Red)}\tred"), "-g", gallery]);
        Assert.True(built.ExitCode == 0, built.Errors);
        using var upright = SKBitmap.Decode(_place.At("red.png"));
        using var jpeg = upright.Encode(SKEncodedImageFormat.Jpeg, 95);
        var bomb = Png(1, 1, 8, 2, [0, 1, 2, 3]);
        SetPngSize(bomb, 60_000, 60_000);
        var files = new Dictionary<string, byte[]>
        {
            ["one-pixel.png"] = Png(1, 1, 8, 2, [0, 200, 0, 0]),
            ["long.png"] = Png(20_000, 20, 8, 0, [.. Enumerable.Range(0, 20).SelectMany(_ => new byte[20_001])]),
            ["cmyk.jpg"] = RedCmykJpeg(),
            ["deep.png"] = Png(2, 1, 16, 2, [0, 0x12, 0x34, 0xFF, 0xFF, 0x80, 0x00, 0, 0, 0, 1, 0xAB, 0xCD]),
            ["animated.gif"] = AnimatedGif(),
            ["turned.jpg"] = WithOrientation(jpeg.ToArray(), 6),
            ["bomb.png"] = bomb,
            ["cut.jpg"] = jpeg.ToArray()[..200],
        };
        foreach (var (name, bytes) in files)
        {
            File.WriteAllBytes(_place.At(name), bytes);
        }

        var output = await PublishedAgent.RefuseAsync(4, ["recognize", .. files.Keys.Select(_place.At), "-g", gallery, "--set", "recognition.whole_picture=only"], "bomb.png", "cut.jpg");
        var sizes = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(line => Path.GetFileName(line.GetProperty("file").GetString()!), line => line.GetProperty("boxes")[0]);
        Assert.Equal(files.Keys.Except(["bomb.png", "cut.jpg"]).Order(), sizes.Keys.Order());
        Assert.Equal((240, 320), (sizes["turned.jpg"].GetProperty("w").GetInt32(), sizes["turned.jpg"].GetProperty("h").GetInt32()));
        Assert.Equal(20_000, sizes["long.png"].GetProperty("w").GetInt32());
    }

    public void Dispose() => _place.Dispose();
}
