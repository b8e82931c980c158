using ShiTu.Trainer.Data;
using ShiTu.Trainer.Ranks;
using Xunit;

namespace ShiTu.Trainer.Tests.Ranks;

public sealed class ShardTests
{
    [Fact]
    public void Ranks_together_have_each_picture_once_and_the_rows_lead_back_to_it()
    {
        var gathered = Enumerable.Range(0, 3).SelectMany(rank => new Shard(rank, 3).Own(6, 9)).ToArray();
        Assert.Equal(Enumerable.Range(0, 15), gathered.Order());
        Assert.Equal([0, 1, 6, 7, 8], new Shard(0, 3).Own(6, 9));
        Assert.Equal(Enumerable.Range(0, 15), new Shard(1, 3).Rows(6, 9).Select(row => gathered[row]));
        Assert.Equal(Enumerable.Range(0, 4).Select(row => (long)row), new Shard(0, 2).Rows(0, 4));
    }

    [Fact]
    public void One_process_has_all() => Assert.Equal([0, 1, 2], Shard.Whole.Own(2, 1));

    [Fact]
    public void A_step_that_cannot_be_shared_evenly_is_refused() =>
        Assert.Contains("9 pictures a step are not shared evenly by 2 ranks", Assert.Throws<DataException>(() => new Shard(0, 2).Own(4, 9)).Message, StringComparison.Ordinal);
}
