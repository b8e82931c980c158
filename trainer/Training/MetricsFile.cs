using System.Globalization;

namespace ShiTu.Trainer.Training;

/// <summary>
/// metrics.csv: stage, step, seconds of the stage, rate, then the terms by name; appended to, so that a resumed run goes on in it. Terms whose
/// names begin with <see cref="Measure"/> are measurements on other pictures, all others are losses.
/// </summary>
internal sealed class MetricsFile(string path)
{
    /// <summary>Name of the file in a run's folder.</summary>
    public const string Name = "metrics.csv";

    /// <summary>How a measurement's name begins.</summary>
    public const string Measure = "val_";

    private const string Header = "stage,step,seconds,rate,losses";

    public void Write(string stage, long step, double seconds, double rate, IReadOnlyList<(string Name, double Mean)> losses)
    {
        if (!File.Exists(path))
        {
            File.WriteAllText(path, Header + "\n");
        }

        var terms = string.Join(';', losses.Select(loss => string.Create(CultureInfo.InvariantCulture, $"{loss.Name}={loss.Mean:0.#####}")));
        File.AppendAllText(path, string.Create(CultureInfo.InvariantCulture, $"{stage},{step},{seconds:0.0},{rate:0.######},{terms}\n"));
    }

    /// <summary>Reads a file of these rows; a last line that was cut off is left out.</summary>
    /// <exception cref="InvalidDataException">It is no such file; the message names the line.</exception>
    public static List<MetricsRow> Read(string path)
    {
        var rows = new List<MetricsRow>();
        var lines = File.ReadAllLines(path);
        if (lines.Length == 0 || lines[0] != Header)
        {
            throw new InvalidDataException($"{path}: not a run's {Name}: its first line is not \"{Header}\".");
        }

        for (var i = 1; i < lines.Length; i++)
        {
            if (Parse(lines[i]) is { } row)
            {
                rows.Add(row);
            }
            else if (i < lines.Length - 1)
            {
                throw new InvalidDataException($"{path}:{i + 1}: \"{lines[i]}\" is not \"{Header}\".");
            }
        }

        return rows;
    }

    private static MetricsRow? Parse(string line)
    {
        var cells = line.Split(',');
        if (cells.Length != 5 || !long.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out var step) || !Number(cells[2], out var seconds) || !Number(cells[3], out var rate))
        {
            return null;
        }

        var terms = new List<(string, double)>();
        foreach (var term in cells[4].Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var sides = term.Split('=');
            if (sides.Length != 2 || !Number(sides[1], out var value))
            {
                return null;
            }

            terms.Add((sides[0], value));
        }

        return new MetricsRow(cells[0], step, seconds, rate, terms);
    }

    private static bool Number(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
