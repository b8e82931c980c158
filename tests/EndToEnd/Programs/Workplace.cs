using System.Text.Json.Nodes;
using SkiaSharp;

namespace ShiTu.EndToEnd.Tests.Programs;

/// <summary>A temporary folder with a configuration, lists and pictures of a test's own.</summary>
internal sealed class Workplace : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("end-to-end-").FullName;

    /// <summary>Path of a file or folder in it.</summary>
    public string At(string name) => Path.Combine(_folder, name);

    /// <summary>Writes lines.</summary>
    /// <returns>The file's path.</returns>
    public string Write(string name, params IEnumerable<string> lines)
    {
        File.WriteAllLines(At(name), lines);
        return At(name);
    }

    /// <summary>A configuration of a device <c>shop/till</c> that keeps its state here.</summary>
    /// <returns>The file's path.</returns>
    public string Configure(int brokerPort, params ReadOnlySpan<(string Name, string Source)> cameras)
    {
        var list = new JsonArray();
        foreach (var (name, source) in cameras)
        {
            list.Add(new JsonObject { ["name"] = name, ["source"] = source });
        }

        return Write("appsettings.json", new JsonObject
        {
            ["state_directory"] = At("state"),
            ["mqtt"] = new JsonObject { ["site"] = "shop", ["device"] = "till", ["brokers"] = new JsonArray($"mqtt://127.0.0.1:{brokerPort}") },
            ["cameras"] = list,
        }.ToJsonString());
    }

    /// <summary>Draws a picture of one colour with a disc on it.</summary>
    /// <returns>The file's path.</returns>
    public string Draw(string name, SKColor colour)
    {
        using var bitmap = new SKBitmap(320, 240);
        using (var canvas = new SKCanvas(bitmap))
        using (var paint = new SKPaint { Color = colour, IsAntialias = true })
        {
            canvas.Clear(SKColors.LightGray);
            canvas.DrawCircle(160, 120, 80, paint);
        }

        using var file = File.Create(At(name));
        bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
        return At(name);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
