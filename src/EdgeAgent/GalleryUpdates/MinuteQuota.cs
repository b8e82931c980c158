namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>So many a minute; what is over is counted and told in two sentences, however much it is. One caller at a time.</summary>
/// <param name="what">What is counted, such as <c>commands</c>.</param>
/// <param name="most">Most a minute.</param>
/// <param name="time">Clock.</param>
internal sealed class MinuteQuota(string what, int most, TimeProvider time)
{
    private long _minute;
    private int _taken;
    private long _over;

    /// <summary>Counts one.</summary>
    /// <param name="notice">What is to be told now, or null.</param>
    /// <returns>Whether it may be looked at.</returns>
    public bool TryTake(out string? notice)
    {
        notice = null;
        var minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        if (minute != _minute)
        {
            notice = _over > 0 ? $"{_over} {what} were not looked at; at most {most} a minute are." : null;
            (_minute, _taken, _over) = (minute, 0, 0);
        }

        if (++_taken <= most)
        {
            return true;
        }

        if (_over++ == 0)
        {
            notice = $"More than {most} {what} came in a minute; the rest of them is not looked at.";
        }

        return false;
    }
}
