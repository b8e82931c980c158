using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Training;
using Xunit;

namespace ShiTu.Trainer.Tests.Training;

/// <summary>metrics.csv and its picture.</summary>
public sealed class TrainingCurvesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("curves-").FullName;

    private string Csv => Path.Combine(_folder, MetricsFile.Name);

    [Fact]
    public void What_is_written_is_read_again_without_a_last_line_that_was_cut_off()
    {
        Fill(3);
        File.AppendAllText(Csv, "joint,4,9.");
        var rows = MetricsFile.Read(Csv);
        Assert.Equal(4, rows.Count);
        Assert.Equal(("joint", 2L, 20.0, 0.25), (rows[2].Stage, rows[2].Step, rows[2].Seconds, rows[2].Rate));
        Assert.Equal([("ce", 0.5), ("triplet", 0.25)], rows[2].Terms);
        Assert.Equal([("val_recall_at_1", 0.75)], rows[^1].Terms);
    }

    [Theory]
    [InlineData("a,b\n", "first line")]
    [InlineData("stage,step,seconds,rate,losses\njoint,x,1,1,a=1\njoint,1,1,1,a=1\n", ":2:")]
    public void Another_file_is_refused(string text, string expected)
    {
        File.WriteAllText(Csv, text);
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => MetricsFile.Read(Csv)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_curves_are_a_picture_with_a_panel_for_each_kind_and_ink_in_all()
    {
        Fill(600);
        var file = Path.Combine(_folder, "curves.png");
        TrainingCurves.Draw(MetricsFile.Read(Csv), "run", file);
        var picture = PictureDecoder.Decode(File.ReadAllBytes(file));
        Assert.Equal((1100, 3 * 380), (picture.Width, picture.Height));
        for (var panel = 0; panel < 3; panel++)
        {
            var coloured = 0;
            for (var at = panel * 380 * 1100 * 3; at < (panel + 1) * 380 * 1100 * 3; at += 3)
            {
                coloured += Math.Abs(picture.Pixels[at] - picture.Pixels[at + 2]) > 60 ? 1 : 0;
            }

            Assert.True(coloured > 100, $"panel {panel}: {coloured} coloured pixels");
        }
    }

    [Fact]
    public void Speed_is_measured_by_turns()
    {
        var (trained, bare) = (0, 0);
        var report = SpeedTrial.Run(8, () => { trained++; Thread.SpinWait(400_000); }, () => { bare++; Thread.SpinWait(200_000); }, TestContext.Current.CancellationToken);
        Assert.Equal(trained, bare);
        Assert.True(report.Training > 0 && report.Ratio < 0.95, $"{report}");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Fill(int steps)
    {
        var file = new MetricsFile(Csv);
        for (var step = 0; step < steps; step++)
        {
            file.Write(step < steps / 3 ? "blockwise" : "joint", step, step * 10, step == 0 ? 0.5 : 0.25, [("ce", 1.0 / (1 + Math.Min(step, 1))), ("triplet", 0.25)]);
        }

        file.Write("joint", steps, steps * 10, 0, [("val_recall_at_1", 0.75)]);
        if (steps > 100)
        {
            file.Write("joint", steps, steps * 11, 0, [("val_recall_at_1", 0.5)]);
        }
    }
}
