namespace ShiTu.EdgeAgent.Recognition;

/// <summary>The thresholds in use; a new calibration takes effect with the next search, everywhere.</summary>
internal sealed class ThresholdSource(Thresholds initial)
{
    private Thresholds _current = initial;

    /// <summary>In use now.</summary>
    public Thresholds Current
    {
        get => Volatile.Read(ref _current);
        set => Volatile.Write(ref _current, value);
    }
}
