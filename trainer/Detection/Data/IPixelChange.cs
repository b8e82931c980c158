using System.Runtime.Intrinsics;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>What becomes of pixels, eight at a time.</summary>
internal interface IPixelChange
{
    /// <summary>The new red, green and blue, each 0 to 255.</summary>
    /// <param name="r">Red, 0 to 255.</param>
    /// <param name="g">Green.</param>
    /// <param name="b">Blue.</param>
    (Vector256<int> R, Vector256<int> G, Vector256<int> B) Of(Vector256<int> r, Vector256<int> g, Vector256<int> b);
}
