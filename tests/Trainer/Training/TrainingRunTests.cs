using System.Globalization;
using ShiTu.Trainer.Data;
using ShiTu.Trainer.Training;
using SkiaSharp;
using Xunit;

namespace ShiTu.Trainer.Tests.Training;

public sealed class TrainingRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("train ing").FullName;
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);

    public TrainingRunTests()
    {
        for (var label = 0; label < 3; label++)
        {
            Directory.CreateDirectory(Path.Combine(_folder, "pictures", $"label {label}"));
            for (var i = 0; i < 4; i++)
            {
                using var bitmap = new SKBitmap(40, 40);
                bitmap.Erase(new SKColor((byte)(80 * label), (byte)(60 * i), 200));
                using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
                File.WriteAllBytes(Path.Combine(_folder, "pictures", $"label {label}", $"{i}.png"), data.ToArray());
            }
        }
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _output.Dispose();
    }

    [Fact]
    public void Two_runs_of_one_seed_end_with_the_same_weights() => Assert.Equal(Train("one", long.MaxValue), Train("two", long.MaxValue));

    [Fact]
    public void A_run_stopped_at_any_step_ends_as_an_unbroken_one()
    {
        var whole = Train("whole", long.MaxValue);
        Assert.Null(TrainLimited("broken", 1));
        Assert.Null(TrainLimited("broken", 2));
        Assert.Equal(whole, Train("broken", long.MaxValue));
        Assert.NotEqual(whole, Train("other seed", long.MaxValue, "seed=2"));
    }

    [Fact]
    public void Unreadable_pictures_are_named_and_left_out()
    {
        File.WriteAllText(Path.Combine(_folder, "pictures", "label 0", "broken.jpg"), "no picture");
        Train("run", long.MaxValue);
        Assert.Contains("broken.jpg", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("goods: 12 pictures of 13, 3 classes", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_that_went_away_is_named_and_left_out()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "pictures", "label 0", "gone.jpg"), Path.Combine(_folder, "nowhere.jpg"));
        Train("run", long.MaxValue);
        Assert.Contains("gone.jpg", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_with_fewer_pictures_than_a_batch_draws_of_it_gives_them_more_often()
    {
        foreach (var picture in Directory.GetFiles(Path.Combine(_folder, "pictures", "label 1")).Skip(1)) File.Delete(picture);
        Train("run", long.MaxValue);
        Assert.Contains("goods: 9 pictures of 9, 3 classes", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_from_what_is_no_checkpoint_is_refused_by_name()
    {
        var pickle = Path.Combine(_folder, "model.pdparams");
        File.WriteAllBytes(pickle, [0x80, 3, (byte)'c', .. "os\nsystem\n."u8]);
        Assert.Contains("model.pdparams is no checkpoint", Assert.Throws<InvalidDataException>(() => Train("run", long.MaxValue, $"init={pickle}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_label_only_is_refused()
    {
        Directory.Delete(Path.Combine(_folder, "pictures", "label 1"), recursive: true);
        Directory.Delete(Path.Combine(_folder, "pictures", "label 2"), recursive: true);
        Assert.Contains("two classes", Assert.ThrowsAny<Exception>(() => Train("run", long.MaxValue)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_with_a_run_of_other_classes_is_refused()
    {
        Train("run", long.MaxValue);
        Directory.Delete(Path.Combine(_folder, "pictures", "label 2"), recursive: true);
        Assert.Contains("other classes", Assert.Throws<RecipeException>(() => Train("run", long.MaxValue)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused()
    {
        Train("run", long.MaxValue);
        var path = Path.Combine(_folder, "run", "latest.ckpt");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^100]);
        Assert.Contains("cut off or damaged", Assert.Throws<InvalidDataException>(() => Train("run", long.MaxValue)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_process_alone_does_not_load_MPI()
    {
        Train("run", long.MaxValue);
        Assert.DoesNotContain("libmpi", File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_are_written_a_line_a_step()
    {
        Train("run", long.MaxValue);
        Assert.Equal(5, File.ReadAllLines(Path.Combine(_folder, "run", "metrics.csv")).Length);
    }

    private string Train(string name, long limit, params string[] changes) => TrainLimited(name, limit, changes) ?? throw new InvalidOperationException("The run did not end.");

    private string? TrainLimited(string name, long limit, params string[] changes)
    {
        var path = Path.Combine(_folder, "recipe.json");
        File.WriteAllText(path, """
            {
              // Small enough for a test.
              "name": "small", "seed": 1, "threads": 1,
              "network": { "branches": false },
              "sources": [ { "name": "goods", "kind": "Folders", "path": "pictures", "side": 40, "classes": true } ],
              "stages": [ { "name": "labels", "steps": 4, "sizes": [32], "batch": 6, "per_class": 2, "optimizer": { "kind": "AdamW", "rate": 0.001 } } ]
            }
            """);
        var (recipe, text) = RecipeReader.Read(path, changes);
        using var run = new TrainingRun(recipe, text, _folder, Path.Combine(_folder, name), TimeProvider.System, _output, CancellationToken.None);
        return run.Run(CancellationToken.None, limit) ? Checkpoint.Read(run.Final).TensorsSha256 : null;
    }
}
