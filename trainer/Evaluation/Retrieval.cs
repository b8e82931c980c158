using System.Numerics.Tensors;

namespace ShiTu.Trainer.Evaluation;

/// <summary>Finds each query's best gallery picture by cosine.</summary>
public static class Retrieval
{
    /// <summary>Share of queries whose nearest gallery picture has their label.</summary>
    /// <param name="gallery">Unit vectors, row by row.</param>
    /// <param name="galleryLabels">Their labels.</param>
    /// <param name="queries">Unit vectors, row by row.</param>
    /// <param name="queryLabels">Their labels.</param>
    public static double RecallAtOne(float[][] gallery, IReadOnlyList<string> galleryLabels, float[][] queries, IReadOnlyList<string> queryLabels)
    {
        var right = 0;
        for (var q = 0; q < queries.Length; q++)
        {
            var (best, place) = (float.NegativeInfinity, -1);
            for (var g = 0; g < gallery.Length; g++)
            {
                var similarity = TensorPrimitives.Dot<float>(queries[q], gallery[g]);
                if (similarity > best)
                {
                    (best, place) = (similarity, g);
                }
            }

            right += place >= 0 && galleryLabels[place] == queryLabels[q] ? 1 : 0;
        }

        return (double)right / queries.Length;
    }
}
