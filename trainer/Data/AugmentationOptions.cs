namespace ShiTu.Trainer.Data;

/// <summary>How a cached picture becomes one of a batch: one affine sampling, then light and colour.</summary>
/// <param name="MinArea">Smallest share of the picture's area that is cropped.</param>
/// <param name="MaxArea">Largest.</param>
/// <param name="Aspect">Aspect ratios from 1 / this to this.</param>
/// <param name="Flip">Probability of a horizontal flip.</param>
/// <param name="Rotate">Probability of a rotation.</param>
/// <param name="Degrees">Largest angle either way.</param>
/// <param name="Light">Brightness is multiplied by 1 ± this.</param>
/// <param name="Contrast">Contrast is multiplied by 1 ± this.</param>
/// <param name="Saturation">Saturation is multiplied by 1 ± this.</param>
/// <param name="Tint">Each channel is multiplied by 1 ± this.</param>
/// <param name="Erase">Probability that a rectangle (2 to 20 % of the area) is filled with one colour.</param>
/// <param name="BlackBorder">Black outside the picture; else its edge is repeated.</param>
/// <param name="ShiTu">PP-ShiTuV2's own chain instead (flip, pad 10, crop, rotation to 90°); all other options are then without effect.</param>
public sealed record AugmentationOptions(
    double MinArea = 0.35,
    double MaxArea = 1,
    double Aspect = 1.33,
    double Flip = 0.5,
    double Rotate = 0.5,
    double Degrees = 45,
    double Light = 0.3,
    double Contrast = 0.3,
    double Saturation = 0.3,
    double Tint = 0.08,
    double Erase = 0,
    bool BlackBorder = false,
    bool ShiTu = false);
