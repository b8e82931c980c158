using System.Globalization;

namespace ShiTu.Trainer.Training;

/// <summary>The live line on standard error: rewritten in place on a terminal, else a line every quarter of a minute.</summary>
internal sealed class ProgressLine(TimeProvider time, TextWriter output, bool terminal)
{
    private long _last = long.MinValue;

    public bool IsDue => _last == long.MinValue || time.GetElapsedTime(_last) >= TimeSpan.FromSeconds(terminal ? 1 : 15);

    public void Show(string stage, long step, double progress, string losses, double rate, double speed, double waiting, TimeSpan left)
    {
        _last = time.GetTimestamp();
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{stage} step {step} {progress:P0} {losses} lr {rate:0.00e0} {speed:0.0} pictures/s waiting {waiting:P0} left {left:hh\\:mm\\:ss}");
        output.Write(terminal ? $"\r\e[K{line}" : line + "\n");
        output.Flush();
    }

    /// <summary>A message of its own line.</summary>
    public void Say(string text) => output.WriteLine(terminal ? $"\r\e[K{text}" : text);
}
