using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.Pipeline;
using ShiTu.Inference.Imaging;
using ShiTu.TestKit;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Pipeline;

public sealed class ChangeGateTests
{
    private const int Width = 1283;
    private const int Height = 717;
    private readonly byte[] _pixels = new byte[Width * Height * 3];
    private readonly ChangeGate _gate = new(4f);

    public ChangeGateTests() => SyntheticDrawing.Draw(0, Width, Height, _pixels);

    private PictureView View => new(_pixels, Width, Height, Width * 3, PixelOrder.Bgr);

    [Fact]
    public void The_first_frame_moved_and_the_same_frame_did_not()
    {
        Assert.True(_gate.Moved(View));
        _gate.Keep(View);
        Assert.False(_gate.Moved(View));
    }

    [Fact]
    public void Sensor_noise_is_no_movement()
    {
        Keep();
        var lot = new Random(1);
        for (var i = 0; i < _pixels.Length; i++)
        {
            _pixels[i] = (byte)Math.Clamp(_pixels[i] + lot.Next(-6, 7), 0, 255);
        }

        Assert.False(_gate.Moved(View));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(640, 350)]
    [InlineData(Width - 30, Height - 30)]
    public void A_small_thing_anywhere_is_movement(int x, int y)
    {
        Keep();
        for (var row = y; row < y + 30; row++)
        {
            for (var i = 0; i < 90; i++)
            {
                _pixels[(row * Width * 3) + (x * 3) + i] ^= 0x40;
            }
        }

        Assert.True(_gate.Moved(View));
    }

    [Fact]
    public void Movement_too_slow_for_two_frames_adds_up()
    {
        Keep();
        var moved = false;
        for (var frame = 0; frame < 10 && !moved; frame++)
        {
            for (var i = 0; i < _pixels.Length; i++)
            {
                _pixels[i] = (byte)Math.Min(255, _pixels[i] + 1);
            }

            moved = _gate.Moved(View);
        }

        Assert.True(moved);
    }

    [Fact]
    public void Another_size_is_movement()
    {
        Keep();
        Assert.True(_gate.Moved(View.Cut(new PixelRect(0, 0, Width / 2, Height))));
    }

    [Fact]
    public void Frames_smaller_than_the_grid_are_looked_at_too()
    {
        byte[] tiny = [1, 2, 3];
        Assert.True(_gate.Moved(new PictureView(tiny, 1, 1, 3, PixelOrder.Bgr)));
    }

    [Fact]
    public void It_allocates_nothing()
    {
        Keep();
        SteadyState.AllocatesNothing(() =>
        {
            for (var i = 0; i < 20; i++)
            {
                Keep();
            }
        });
    }

    private void Keep()
    {
        _gate.Moved(View);
        _gate.Keep(View);
    }
}
