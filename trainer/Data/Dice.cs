namespace ShiTu.Trainer.Data;

/// <summary>SplitMix64: a stream of random numbers from a few integers, the same on every machine and .NET version.</summary>
internal struct Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A stream that is a function of all of <paramref name="parts"/>.</summary>
    public static Dice From(params ReadOnlySpan<long> parts)
    {
        var dice = new Dice(0x9E3779B97F4A7C15);
        foreach (var part in parts)
        {
            dice._state = dice.NextBits() ^ (ulong)part;
        }

        return dice;
    }

    public ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>In [0, 1).</summary>
    public double Next() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>In [low, high).</summary>
    public double Next(double low, double high) => low + ((high - low) * Next());

    /// <summary>In 0 .. count - 1.</summary>
    public int Next(int count) => (int)Math.BigMul(NextBits(), (ulong)count, out _);

    public bool Chance(double probability) => Next() < probability;

    public void Shuffle(Span<int> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
