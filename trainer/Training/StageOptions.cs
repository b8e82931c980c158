using ShiTu.Trainer.Data;
using ShiTu.Trainer.Losses;

namespace ShiTu.Trainer.Training;

/// <summary>One stage of a training. It ends at its steps or its minutes, whichever comes first; 0 is no limit.</summary>
/// <param name="Name">Its name in logs.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Steps">Most steps.</param>
/// <param name="Minutes">Most minutes.</param>
/// <param name="Sizes">Sides of the pictures, pixels, in turn over equal parts of the stage.</param>
/// <param name="Batch">Labelled pictures a step (blockwise: unlabelled ones).</param>
/// <param name="PerClass">Pictures a class in a batch, K.</param>
/// <param name="Unlabelled">Unlabelled pictures a step beside the labelled ones.</param>
/// <param name="Accumulate">Batches whose gradients make one optimiser step.</param>
/// <param name="Optimizer">Its optimiser.</param>
/// <param name="Augmentation">How pictures are varied.</param>
/// <param name="CrossEntropy">Weight of the class loss.</param>
/// <param name="Smoothing">Label smoothing.</param>
/// <param name="Triplet">Weight of the triplet loss.</param>
/// <param name="TripletKind">Which one.</param>
/// <param name="TripletOptions">Options of the angular one.</param>
/// <param name="TeacherCosine">Weight of 1 - cosine between the trunk's average and the teacher's embedding.</param>
/// <param name="TeacherRelation">Weight of the squared difference of the similarity matrices over the unlabelled pictures.</param>
/// <param name="CenterTeacher">Each float of the teacher's embeddings is standardised before similarities are taken.</param>
/// <param name="Freeze">Blocks (from the first) that stay as they are.</param>
/// <param name="Average">Decay of the exponential moving average of the weights; 0: none.</param>
/// <param name="StatisticsBatches">Blockwise: batches for the batch-norm statistics of the chain at the end.</param>
public sealed record StageOptions(
    string Name,
    StageKind Kind = StageKind.Metric,
    long Steps = 0,
    double Minutes = 0,
    IReadOnlyList<int>? Sizes = null,
    int Batch = 32,
    int PerClass = 4,
    int Unlabelled = 0,
    int Accumulate = 1,
    OptimizerOptions? Optimizer = null,
    AugmentationOptions? Augmentation = null,
    double CrossEntropy = 1,
    double Smoothing = 0.1,
    double Triplet = 1,
    TripletKind TripletKind = TripletKind.AngularMargin,
    TripletAngularMarginOptions? TripletOptions = null,
    double TeacherCosine = 0,
    double TeacherRelation = 0,
    bool CenterTeacher = true,
    int Freeze = 0,
    double Average = 0,
    int StatisticsBatches = 60);
