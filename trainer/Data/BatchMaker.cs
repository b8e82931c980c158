using ShiTu.Trainer.Ranks;

namespace ShiTu.Trainer.Data;

/// <summary>Makes the batch of a step: labelled pictures by the PK sampler first, then unlabelled ones, each an augmented view. Of several ranks each draws the whole step and makes its part.</summary>
internal sealed class BatchMaker(PictureSet set, AugmentationOptions augmentation, long seed)
{
    private readonly PkSampler? _classes = set.Classes.Count > 0 ? new PkSampler(set.Labels, set.ClassWeights) : null;
    private readonly ShareSampler? _unlabelled = set.Unlabelled.Count > 0 ? new ShareSampler(set.Unlabelled, set.UnlabelledShares) : null;

    public Batch Make(long step, int labelled, int each, int unlabelled, int size, Shard? shard = null)
    {
        int[] first = labelled == 0 ? [] : (_classes ?? throw new DataException("No set of the recipe has classes.")).Draw(labelled, each, seed, step);
        int[] second = unlabelled == 0 ? [] : (_unlabelled ?? throw new DataException("No set of the recipe is marked unlabelled.")).Draw(unlabelled, seed, step);
        int[] all = [.. first, .. second];
        var own = (shard ?? Shard.Whole).Own(first.Length, second.Length);
        var bytes = size * size * 3;
        var pixels = GC.AllocateUninitializedArray<byte>(own.Length * bytes);
        var chain = augmentation.ShiTu ? new ShiTuAugmentation() : null;
        for (var i = 0; i < own.Length; i++)
        {
            var dice = Dice.From(seed, step, 3, own[i]);
            var target = pixels.AsSpan(i * bytes, bytes);
            if (chain is null)
            {
                AffineSampler.Augment(set.Pictures[all[own[i]]], target, size, augmentation, ref dice);
            }
            else
            {
                chain.Augment(Resized(set.Pictures[all[own[i]]], size), target, ref dice);
            }
        }

        int[] labels = [.. first.Select(i => set.Labels[i])];
        return new Batch(pixels, own.Length, size, [.. own.Where(place => place < labels.Length).Select(place => labels[place])]) { StepLabels = labels };
    }

    private static CachedPicture Resized(CachedPicture picture, int size)
    {
        if (picture.Side == size)
        {
            return picture;
        }

        var pixels = new byte[(size * size * 3) + 1];
        AffineSampler.Whole(picture, pixels, size);
        return new CachedPicture(pixels, size);
    }
}
