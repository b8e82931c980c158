using System.Globalization;

namespace ShiTu.Trainer.Training;

/// <summary>metrics.csv: stage, step, seconds, rate, then a column a loss term by name; appended to, so that a resumed run goes on in it.</summary>
internal sealed class MetricsFile(string path)
{
    public void Write(string stage, long step, double seconds, double rate, IReadOnlyList<(string Name, double Mean)> losses)
    {
        if (!File.Exists(path))
        {
            File.WriteAllText(path, "stage,step,seconds,rate,losses\n");
        }

        var terms = string.Join(';', losses.Select(loss => string.Create(CultureInfo.InvariantCulture, $"{loss.Name}={loss.Mean:0.#####}")));
        File.AppendAllText(path, string.Create(CultureInfo.InvariantCulture, $"{stage},{step},{seconds:0.0},{rate:0.######},{terms}\n"));
    }
}
