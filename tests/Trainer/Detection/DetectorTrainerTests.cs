using System.Globalization;
using ShiTu.Trainer.Detection.Training;
using ShiTu.Trainer.Training;
using SkiaSharp;
using Xunit;

namespace ShiTu.Trainer.Tests.Detection;

/// <summary>A whole small training: bright squares on noise, in seconds.</summary>
public sealed class DetectorTrainerTests : IDisposable
{
    private const int Pictures = 24;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"train-{Guid.NewGuid():N}");

    public DetectorTrainerTests()
    {
        Directory.CreateDirectory(_folder);
        var (images, boxes) = (new List<string>(), new List<string>());
        for (var i = 0; i < Pictures; i++)
        {
            var (x, y, side) = (5 + (i * 7 % 60), 5 + (i * 11 % 40), 30 + (i % 3 * 8));
            Draw(Path.Combine(_folder, $"{i}.png"), i, i == 0 ? 0 : side, x, y);
            images.Add(string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{i},\"file_name\":\"{i}.png\",\"width\":128,\"height\":96}}"));
            if (i > 0)
            {
                boxes.Add(string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{i},\"image_id\":{i},\"category_id\":3,\"bbox\":[{x},{y},{side},{side}]}}"));
            }
        }

        File.WriteAllText(Path.Combine(_folder, "set.json"), $"{{\"images\":[{string.Join(',', images)}],\"annotations\":[{string.Join(',', boxes)}]}}");
    }

    [Fact]
    public void A_run_that_was_cut_off_goes_on_to_the_very_same_weights()
    {
        var recipe = Recipe(steps: 6);
        Run(recipe, "whole");
        using (var stop = new CancellationTokenSource())
        {
            using var trainer = Trainer(recipe, "cut", step =>
            {
                if (step == 3)
                {
                    stop.Cancel();
                }
            });
            Assert.ThrowsAny<OperationCanceledException>(() => trainer.Run(stop.Token));
        }

        Run(recipe, "cut");
        var (whole, _, _) = DetectorCheckpoint.Read(Path.Combine(_folder, "whole", "last.ckpt"));
        var (resumed, _, _) = DetectorCheckpoint.Read(Path.Combine(_folder, "cut", "last.ckpt"));
        using (whole)
        using (resumed)
        {
            foreach (var (a, b) in NamedState.Of(whole).Zip(NamedState.Of(resumed)))
            {
                Assert.Equal(0, (a.Value - b.Value).abs().max().item<float>());
            }
        }
    }

    [Fact]
    public void The_loss_falls()
    {
        var lines = Run(Recipe(steps: 75), "falls").Where(line => line.Contains("loss", StringComparison.Ordinal)).ToList();
        double[] losses = [.. lines.Select(line => double.Parse(line.Split(" loss ")[1].Split(' ')[0], CultureInfo.InvariantCulture))];
        Assert.Equal(3, losses.Length);
        Assert.True(losses[2] < losses[0], $"losses {string.Join(", ", losses)}");
    }

    [Theory]
    [InlineData("""{"name":"a","sets":[],"stages":[{"name":"s"}]}""", "needs steps or minutes")]
    [InlineData("""{"name":"a","sets":[],"stages":[{"name":"s","steps":1,"sizes":[100]}]}""", "multiples of 32")]
    [InlineData("""{"name":"a","sets":[],"stages":[{"name":"s","steps":1,"kind":"Hints"}]}""", "hint_teacher")]
    [InlineData("""{"name":"a","sets":[],"stages":[],"sead":1}""", "sead")]
    public void A_recipe_that_cannot_run_says_why(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<RecipeException>(() => DetectorRecipeReader.Parse(text, "r.json", [])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_value_of_the_recipe_can_be_changed() =>
        Assert.Equal(9, DetectorRecipeReader.Parse("""{"name":"a","sets":[],"stages":[{"name":"s","steps":1}]}""", "r.json", ["stages.s.steps=9"]).Recipe.Stages[0].Steps);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Recipe(int steps) => $$"""
        {"name":"small","scale":0.25,"threads":1,"data":".","sets":[{"path":"set.json"}],"checkpoint_minutes":0,
         "stages":[{"name":"s","steps":{{steps}},"batch":4,"sizes":[64,96],"optimizer":{"kind":"AdamW","rate":0.003,"decay":0.01} } ] }
        """;

    private static void Draw(string path, int seed, int side, int x, int y)
    {
        using var bitmap = new SKBitmap(128, 96, SKColorType.Rgba8888, SKAlphaType.Opaque);
        new Random(seed).NextBytes(bitmap.GetPixelSpan());
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { Color = SKColors.Gold };
        canvas.DrawRect(x, y, side, side, paint);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 90);
        File.WriteAllBytes(path, data.ToArray());
    }

    private List<string> Run(string recipe, string name)
    {
        var lines = new List<string>();
        var (read, text) = DetectorRecipeReader.Parse(recipe, "recipe", []);
        using var trainer = new DetectorTrainer(read, text, _folder, Path.Combine(_folder, name), lines.Add);
        trainer.Run(TestContext.Current.CancellationToken);
        return lines;
    }

    private DetectorTrainer Trainer(string recipe, string name, Action<long> afterStep)
    {
        var (read, text) = DetectorRecipeReader.Parse(recipe, "recipe", []);
        return new DetectorTrainer(read, text, _folder, Path.Combine(_folder, name), _ => { }) { AfterStep = afterStep };
    }
}
