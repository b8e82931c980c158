using ShiTu.Trainer.Detection.Assignment;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>A picture of a detection set and what is marked on it.</summary>
/// <param name="Id">Its id in the set.</param>
/// <param name="File">Path.</param>
/// <param name="Width">As the set says, pixels; 0 where it does not.</param>
/// <param name="Height">As the set says, pixels; 0 where it does not.</param>
/// <param name="Objects">Its objects, crowds and ignored ones included.</param>
public sealed record DetectionPicture(long Id, string File, int Width, int Height, IReadOnlyList<MarkedObject> Objects)
{
    /// <summary>The boxes a detector is trained on.</summary>
    public IEnumerable<Box> Boxes => Objects.Where(o => !o.Ignored).Select(o => o.Box);
}
