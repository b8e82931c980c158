namespace ShiTu.Trainer.Ablation;

/// <summary>What a variant reached.</summary>
/// <param name="Name">The variant.</param>
/// <param name="Recalls">Best recall@1 of each seed's evaluations, in the order of the seeds.</param>
public sealed record AblationResult(string Name, IReadOnlyList<double> Recalls)
{
    /// <summary>Mean over the seeds.</summary>
    public double Mean => Recalls.Average();

    /// <summary>Sample standard deviation over the seeds; 0 of one.</summary>
    public double Deviation => Recalls.Count < 2 ? 0 : Math.Sqrt(Recalls.Sum(recall => Math.Pow(recall - Mean, 2)) / (Recalls.Count - 1));
}
