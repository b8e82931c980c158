using ShiTu.Inference.Imaging;

namespace ShiTu.Trainer.Detection.Evaluation;

/// <summary>Finds boxes on a picture: at most 100 above a score of 0.025, suppressed at 0.6, best first.</summary>
internal delegate IReadOnlyList<ScoredBox> DetectFunction(PictureView picture);
