using ShiTu.Inference.Engines;
using ShiTu.TestKit;
using Xunit;

namespace ShiTu.Inference.Tests.Engines;

public sealed class AllocationTests
{
    [Fact]
    public void A_call_allocates_nothing_managed()
    {
        var model = TestFiles.Shared("reference/openvino-ir/landmarks-regression-retail-0009/FP32/landmarks-regression-retail-0009.xml");
        using var engine = InferenceEngines.Open(model, new EngineOptions { Engine = "onnxruntime", Threads = 1 });
        using var request = engine.CreateRequest(2);
        var sum = 0f;
        SteadyState.AllocatesNothing(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                request.Input(0).Fill(i);
                request.Run();
                sum += request.Output(0)[0];
            }
        });
        Assert.True(float.IsFinite(sum));
    }
}
