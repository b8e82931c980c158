namespace ShiTu.Trainer.Data;

/// <summary>Makes the batch of a step: labelled pictures by the PK sampler first, then unlabelled ones, each an augmented view.</summary>
internal sealed class BatchMaker(PictureSet set, AugmentationOptions augmentation, long seed)
{
    private readonly PkSampler? _classes = set.Classes.Count > 0 ? new PkSampler(set.Labels, set.ClassWeights) : null;
    private readonly ShareSampler? _unlabelled = set.Unlabelled.Count > 0 ? new ShareSampler(set.Unlabelled, set.UnlabelledShares) : null;

    public Batch Make(long step, int labelled, int each, int unlabelled, int size)
    {
        int[] first = labelled == 0 ? [] : (_classes ?? throw new DataException("No set of the recipe has classes.")).Draw(labelled, each, seed, step);
        int[] second = unlabelled == 0 ? [] : (_unlabelled ?? throw new DataException("No set of the recipe is marked unlabelled.")).Draw(unlabelled, seed, step);
        int[] all = [.. first, .. second];
        var bytes = size * size * 3;
        var pixels = new byte[all.Length * bytes];
        for (var i = 0; i < all.Length; i++)
        {
            var dice = Dice.From(seed, step, 3, i);
            AffineSampler.Augment(set.Pictures[all[i]], pixels.AsSpan(i * bytes, bytes), size, augmentation, ref dice);
        }

        return new Batch(pixels, all.Length, size, [.. first.Select(i => set.Labels[i])]);
    }
}
