using ShiTu.Inference.Engines.OpenVino;
using Xunit;

namespace ShiTu.Trainer.Tests.Export;

/// <summary>ONNX Runtime is bundled; OpenVINO is tested wherever its library is found.</summary>
internal static class EngineUnderTest
{
    public static void SkipUnlessThere(string engine)
    {
        if (engine == "openvino")
        {
            Assert.SkipUnless(OpenVinoLibrary.TryLoad("", out var problem), problem);
        }
    }
}
