namespace ShiTu.EdgeAgent.Tracking;

/// <summary>Least-cost pairing of rows and columns (the Hungarian method with potentials). Keeps its arrays; one thread at a time.</summary>
internal sealed class Assignment
{
    /// <summary>Cost of a pair that must not be; anything below is allowed.</summary>
    public const float Forbidden = 1000f;

    private readonly float[] _rowPotential;
    private readonly float[] _columnPotential;
    private readonly float[] _least;
    private readonly int[] _rowOf;
    private readonly int[] _way;
    private readonly bool[] _used;

    /// <summary>Makes room for so many rows and columns together.</summary>
    public Assignment(int most)
    {
        _rowPotential = new float[most + 1];
        _columnPotential = new float[most + 1];
        _least = new float[most + 1];
        _rowOf = new int[most + 1];
        _way = new int[most + 1];
        _used = new bool[most + 1];
    }

    /// <summary>Pairs rows with columns.</summary>
    /// <param name="costs">Row by row, <paramref name="rows"/> times <paramref name="columns"/>.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="columnOf">Receives for each row its column, or -1.</param>
    public void Solve(ReadOnlySpan<float> costs, int rows, int columns, Span<int> columnOf)
    {
        columnOf[..rows].Fill(-1);
        if (rows == 0 || columns == 0)
        {
            return;
        }

        // The method wants no more rows than columns; columns that are not there cost as much as a forbidden pair.
        var width = Math.Max(rows, columns);
        Array.Clear(_rowPotential);
        Array.Clear(_columnPotential);
        Array.Clear(_rowOf);
        for (var row = 1; row <= rows; row++)
        {
            Augment(costs, row, columns, width);
        }

        for (var column = 1; column <= columns; column++)
        {
            if (_rowOf[column] > 0 && costs[((_rowOf[column] - 1) * columns) + column - 1] < Forbidden)
            {
                columnOf[_rowOf[column] - 1] = column - 1;
            }
        }
    }

    private void Augment(ReadOnlySpan<float> costs, int row, int columns, int width)
    {
        _least.AsSpan(0, width + 1).Fill(float.MaxValue);
        _used.AsSpan(0, width + 1).Clear();
        _rowOf[0] = row;
        var at = 0;
        do
        {
            _used[at] = true;
            var current = _rowOf[at];
            var delta = float.MaxValue;
            var next = 0;
            for (var column = 1; column <= width; column++)
            {
                if (_used[column])
                {
                    continue;
                }

                var cost = column <= columns ? costs[((current - 1) * columns) + column - 1] : Forbidden;
                var reduced = cost - _rowPotential[current] - _columnPotential[column];
                if (reduced < _least[column])
                {
                    _least[column] = reduced;
                    _way[column] = at;
                }

                if (_least[column] < delta)
                {
                    delta = _least[column];
                    next = column;
                }
            }

            for (var column = 0; column <= width; column++)
            {
                if (_used[column])
                {
                    _rowPotential[_rowOf[column]] += delta;
                    _columnPotential[column] -= delta;
                }
                else
                {
                    _least[column] -= delta;
                }
            }

            at = next;
        }
        while (_rowOf[at] != 0);

        while (at != 0)
        {
            var before = _way[at];
            _rowOf[at] = _rowOf[before];
            at = before;
        }
    }
}
