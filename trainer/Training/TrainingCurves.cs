using ScottPlot;
using ShiTu.Trainer.Evaluation;

namespace ShiTu.Trainer.Training;

/// <summary>A run's losses, measurements and learning rate over its minutes, as one picture; stages are parted by lines.</summary>
internal static class TrainingCurves
{
    private const int Width = 1100;
    private const int Height = 380;
    private const int Points = 250;
    private const string Font = "sheet";

    /// <summary>Draws what there is of the three panels, one under the other.</summary>
    /// <param name="rows">At least one.</param>
    /// <param name="title">Written above.</param>
    /// <param name="path">PNG to write.</param>
    public static void Draw(IReadOnlyList<MetricsRow> rows, string title, string path)
    {
        if (SheetFont.File is { } font)
        {
            Fonts.AddFontFile(Font, font);
            Fonts.AddFontFile(Font, font, bold: true);
            Fonts.Default = Font;
        }

        var (minutes, borders) = Minutes(rows);
        var all = rows.SelectMany((row, i) => row.Terms.Select(term => (term.Name, Minute: minutes[i], term.Value))).ToList();
        var panels = new[]
        {
            ("loss", all.Where(term => !IsMeasure(term.Name)), true),
            ("measured", all.Where(term => IsMeasure(term.Name)), false),
            ("learning rate", rows.Select((row, i) => (Name: "learning rate", Minute: minutes[i], Value: row.Rate)).Where((_, i) => !rows[i].Terms.All(term => IsMeasure(term.Name))), false),
        }.Where(panel => panel.Item2.Any()).ToList();

        var sheet = new Multiplot();
        sheet.AddPlots(panels.Count);
        for (var i = 0; i < panels.Count; i++)
        {
            var (name, terms, smoothed) = panels[i];
            Panel(sheet.GetPlot(i), name, terms, smoothed, borders);
        }

        sheet.GetPlot(0).Title(title);
        sheet.GetPlot(panels.Count - 1).XLabel("minutes");
        sheet.SavePng(path, Width, Height * panels.Count);
    }

    private static bool IsMeasure(string name) => name.StartsWith(MetricsFile.Measure, StringComparison.Ordinal);

    private static (double[] Minutes, List<(double Minute, string Stage)> Borders) Minutes(IReadOnlyList<MetricsRow> rows)
    {
        var minutes = new double[rows.Count];
        var borders = new List<(double, string)>();
        var before = 0.0;
        for (var i = 0; i < rows.Count; i++)
        {
            if (i == 0 || rows[i].Stage != rows[i - 1].Stage)
            {
                before = i == 0 ? 0 : minutes[i - 1];
                borders.Add((before, rows[i].Stage));
            }

            minutes[i] = before + (rows[i].Seconds / 60);
        }

        return (minutes, borders);
    }

    private static void Panel(Plot plot, string name, IEnumerable<(string Name, double Minute, double Value)> terms, bool smoothed, List<(double Minute, string Stage)> borders)
    {
        foreach (var curve in terms.GroupBy(term => term.Name))
        {
            var points = curve.ToList();
            var each = smoothed ? Math.Max(1, points.Count / Points) : 1;
            var means = points.Chunk(each).Select(chunk => (X: chunk.Average(p => p.Minute), Y: chunk.Average(p => p.Value))).ToList();
            var line = plot.Add.Scatter(means.Select(p => p.X).ToArray(), means.Select(p => p.Y).ToArray());
            line.LegendText = IsMeasure(curve.Key) ? curve.Key[MetricsFile.Measure.Length..] : curve.Key;
            line.MarkerSize = smoothed || points.Count > Points ? 0 : 5;
        }

        foreach (var (minute, stage) in borders)
        {
            var border = plot.Add.VerticalLine(minute, 1, Colors.Gray);
            border.LabelText = stage;
            border.LabelOppositeAxis = true;
        }

        plot.YLabel(name);
        plot.ShowLegend(Edge.Right);
    }
}
