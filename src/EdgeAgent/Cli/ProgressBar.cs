namespace ShiTu.EdgeAgent.Cli;

/// <summary>A bar with count, rate and time left on a terminal; a line every ten seconds where stderr is none. Safe for several threads.</summary>
internal sealed class ProgressBar : IDisposable
{
    private const int Width = 30;
    private readonly string _what;
    private readonly long _total;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Lock _lock = new();
    private readonly TimeSpan _interval = Terminal.Interactive ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(10);
    private long _done;
    private long _drawn;
    private bool _visible;

    /// <summary>Starts a bar.</summary>
    /// <param name="what">What is counted, such as <c>pictures</c>.</param>
    /// <param name="total">How many there are; 0 where nobody knows.</param>
    /// <param name="time">Clock.</param>
    public ProgressBar(string what, long total, TimeProvider? time = null)
    {
        _what = what;
        _total = total;
        _time = time ?? TimeProvider.System;
        _start = _drawn = _time.GetTimestamp();
    }

    /// <summary>Counts some as done.</summary>
    public void Advance(long count = 1)
    {
        lock (_lock)
        {
            _done += count;
            if (_time.GetElapsedTime(_drawn) >= _interval)
            {
                Draw();
            }
        }
    }

    /// <summary>Says something without disturbing the bar.</summary>
    public void Say(string text)
    {
        lock (_lock)
        {
            Wipe();
            Terminal.Warn(text);
        }
    }

    /// <summary>Removes the bar and says what was done.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            Wipe();
            var seconds = _time.GetElapsedTime(_start).TotalSeconds;
            if (seconds >= 1)
            {
                Terminal.Say($"{_done} {_what} in {seconds:0.0} s ({_done / seconds:0.0}/s)");
            }
        }
    }

    private void Draw()
    {
        _drawn = _time.GetTimestamp();
        var seconds = Math.Max(_time.GetElapsedTime(_start).TotalSeconds, 1e-3);
        var rate = _done / seconds;
        var line = _total > 0
            ? $"{Bar()} {_done}/{_total} {_what}  {rate:0.0}/s  {Left((_total - _done) / Math.Max(rate, 1e-9))} left"
            : $"{_done} {_what}  {rate:0.0}/s";
        if (Terminal.Interactive)
        {
            Console.Error.Write($"\r\e[2K{line}");
            _visible = true;
        }
        else
        {
            Console.Error.WriteLine(line);
        }
    }

    private string Bar()
    {
        var filled = (int)Math.Clamp(Width * _done / _total, 0, Width);
        return string.Concat("[", new string('#', filled), new string('.', Width - filled), "]");
    }

    private static string Left(double seconds) => seconds > 86400 ? "days" : TimeSpan.FromSeconds(Math.Ceiling(seconds)).ToString(seconds >= 3600 ? @"h\:mm\:ss" : @"m\:ss");

    private void Wipe()
    {
        if (_visible)
        {
            Console.Error.Write("\r\e[2K");
            _visible = false;
        }
    }
}
