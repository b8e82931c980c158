namespace ShiTu.Trainer.Data;

/// <summary>Draws pictures in proportion to their shares, a function of seed and step.</summary>
internal sealed class ShareSampler
{
    private readonly IReadOnlyList<int> _pictures;
    private readonly double[] _sums;

    public ShareSampler(IReadOnlyList<int> pictures, IReadOnlyList<double> shares)
    {
        _pictures = pictures;
        _sums = new double[shares.Count];
        var sum = 0.0;
        for (var i = 0; i < _sums.Length; i++)
        {
            _sums[i] = sum += shares[i];
        }
    }

    public int[] Draw(int count, long seed, long step)
    {
        var dice = Dice.From(seed, step, 2);
        var picked = new int[count];
        for (var i = 0; i < count; i++)
        {
            var place = Array.BinarySearch(_sums, dice.Next() * _sums[^1]);
            picked[i] = _pictures[Math.Min(place < 0 ? ~place : place + 1, _pictures.Count - 1)];
        }

        return picked;
    }
}
