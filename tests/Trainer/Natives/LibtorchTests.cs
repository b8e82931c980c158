using TorchSharp;
using Xunit;

namespace ShiTu.Trainer.Tests.Natives;

public sealed class LibtorchTests
{
    [Fact]
    public void Libtorch_loads_and_multiplies()
    {
        using var scope = torch.NewDisposeScope();
        var product = torch.arange(6).reshape(2, 3).to(torch.float32).matmul(torch.ones(3, 1));
        Assert.Equal([3f, 12f], product.data<float>().ToArray());
    }
}
