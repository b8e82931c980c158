using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Losses;

/// <summary>What a teacher's embeddings say about pictures without labels.</summary>
internal static class RelationLoss
{
    /// <summary>Mean squared difference of the features' matrix of cosine similarities to the mean of the teachers', the diagonal left out.</summary>
    public static Tensor OfSimilarities(Tensor features, IReadOnlyList<Tensor> teachers)
    {
        var target = teachers.Select(Cosines).Aggregate((a, b) => a + b) / teachers.Count;
        var n = features.shape[0];
        return (Cosines(features) - target).square().sum() / (n * (n - 1));
    }

    private static Tensor Cosines(Tensor rows)
    {
        var x = UnitVectors.Of(rows);
        return x.matmul(x.t());
    }

    /// <summary>Mean of 1 - cosine, row by row.</summary>
    public static Tensor OfCosines(Tensor features, Tensor teacher) => 1 - (UnitVectors.Of(features) * UnitVectors.Of(teacher)).sum(1).mean();
}
