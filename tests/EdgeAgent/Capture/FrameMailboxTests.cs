using ShiTu.EdgeAgent.Capture;
using ShiTu.TestKit;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Capture;

public sealed class FrameMailboxTests
{
    [Fact]
    public void Live_keeps_the_newest_and_never_waits()
    {
        var box = new FrameMailbox(live: true, () => { });
        var held = box.Rent(TimeSpan.Zero)!;
        box.Post(held);
        Assert.Same(held, box.TryTake());
        for (var number = 1; number <= 5; number++)
        {
            var frame = box.Rent(TimeSpan.Zero);
            Assert.NotNull(frame);
            frame.Number = number;
            box.Post(frame);
        }

        Assert.Equal(5, box.TryTake()!.Number);
        Assert.Null(box.TryTake());
        Assert.Equal(4, box.Dropped);
    }

    [Fact]
    public void Else_nothing_is_lost_and_the_source_waits_for_room()
    {
        var box = new FrameMailbox(live: false, () => { });
        for (var number = 0; number < 3; number++)
        {
            var frame = box.Rent(TimeSpan.Zero)!;
            frame.Number = number;
            box.Post(frame);
        }

        Assert.Null(box.Rent(TimeSpan.FromMilliseconds(1)));
        var first = box.TryTake()!;
        Assert.Equal(0, first.Number);
        box.Return(first);
        Assert.NotNull(box.Rent(TimeSpan.Zero));
        Assert.Equal([1L, 2L], [box.TryTake()!.Number, box.TryTake()!.Number]);
        Assert.Equal(0, box.Dropped);
    }

    [Fact]
    public void Frames_pass_without_an_allocation()
    {
        var box = new FrameMailbox(live: true, () => { });
        SteadyState.AllocatesNothing(() => Pass(box, 1000));
    }

    private static void Pass(FrameMailbox box, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var frame = box.Rent(TimeSpan.Zero)!;
            frame.Resize(64, 64, Inference.Imaging.PixelOrder.Bgr);
            box.Post(frame);
            if (i % 3 == 0)
            {
                box.Return(box.TryTake()!);
            }
        }
    }
}
