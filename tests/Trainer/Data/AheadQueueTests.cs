using ShiTu.Trainer.Data;
using Xunit;

namespace ShiTu.Trainer.Tests.Data;

public sealed class AheadQueueTests
{
    [Fact]
    public void Items_come_in_order_however_long_each_takes()
    {
        var queue = new AheadQueue<long>(step => () => Slow(step), 5, 3);
        Assert.Equal([5, 6, 7, 8, 9, 10], Enumerable.Range(0, 6).Select(_ => queue.Take()));
    }

    [Fact]
    public void A_failure_comes_out_as_it_is_where_its_item_would()
    {
        var queue = new AheadQueue<long>(step => () => step == 1 ? throw new DataException("no picture") : step, 0, 2);
        Assert.Equal(0, queue.Take());
        Assert.Equal("no picture", Assert.Throws<DataException>(() => queue.Take()).Message);
        Assert.Equal(2, queue.Take());
    }

    private static long Slow(long step)
    {
        Thread.Sleep(step % 2 == 1 ? 20 : 0);
        return step;
    }
}
