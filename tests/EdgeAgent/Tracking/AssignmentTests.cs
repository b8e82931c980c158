using ShiTu.EdgeAgent.Tracking;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Tracking;

public sealed class AssignmentTests
{
    [Fact]
    public void The_cheapest_pairing_of_all_is_found()
    {
        var lot = new Random(5);
        var assignment = new Assignment(16);
        for (var trial = 0; trial < 500; trial++)
        {
            var rows = lot.Next(0, 6);
            var columns = lot.Next(0, 6);
            var costs = Enumerable.Range(0, rows * columns).Select(_ => lot.Next(4) == 0 ? Assignment.Forbidden : lot.NextSingle()).ToArray();
            var found = new int[rows];
            assignment.Solve(costs, rows, columns, found);
            Assert.Equal(found.Where(column => column >= 0).Count(), found.Where(column => column >= 0).Distinct().Count());
            Assert.Equal(Best(costs, rows, columns, 0, new bool[columns]), Price(costs, columns, found), 0.01f);
        }
    }

    private static float Price(float[] costs, int columns, int[] found) => found.Select((column, row) => column < 0 ? 10f : costs[(row * columns) + column]).Sum();

    // A row without a column costs 10: more than any pairing saves, less than a forbidden pair.
    private static float Best(float[] costs, int rows, int columns, int row, bool[] used)
    {
        if (row == rows)
        {
            return 0;
        }

        var best = 10 + Best(costs, rows, columns, row + 1, used);
        for (var column = 0; column < columns; column++)
        {
            if (!used[column] && costs[(row * columns) + column] < Assignment.Forbidden)
            {
                used[column] = true;
                best = Math.Min(best, costs[(row * columns) + column] + Best(costs, rows, columns, row + 1, used));
                used[column] = false;
            }
        }

        return best;
    }
}
