using System.Numerics.Tensors;
using ShiTu.Index.Gallery;

namespace ShiTu.EdgeAgent.Bench;

/// <summary>A gallery of drawn vectors that lie in clusters, as those of products do; one view an item.</summary>
internal static class BenchGallery
{
    private const int ViewsPerCluster = 10;
    private const float Spread = 0.7f;

    /// <summary>Makes a gallery of <paramref name="count"/> views at <paramref name="path"/>.</summary>
    public static GalleryStore Create(string path, string modelIdentity, int dimension, int count)
    {
        var store = GalleryStore.Open(path, modelIdentity, dimension);
        store.ReplaceOwned(Items(dimension, count));
        return store;
    }

    /// <summary>Queries out of the same clusters, none of them a stored view; row by row.</summary>
    public static float[] Queries(int dimension, int views, int count)
    {
        var random = new Random(2);
        var queries = new float[count * dimension];
        for (var i = 0; i < count; i++)
        {
            var centre = Centre(random.Next((views + ViewsPerCluster - 1) / ViewsPerCluster), dimension);
            Near(centre, random).CopyTo(queries, i * dimension);
        }

        return queries;
    }

    /// <summary>The items of such a gallery.</summary>
    public static IEnumerable<(GalleryItem Item, IReadOnlyList<GalleryView> Views)> Items(int dimension, int count)
    {
        var random = new Random(1);
        float[] centre = [];
        for (var i = 0; i < count; i++)
        {
            if (i % ViewsPerCluster == 0)
            {
                centre = Centre(i / ViewsPerCluster, dimension);
            }

            yield return (new GalleryItem($"item-{i:000000}", $"Item {i}", null, false), [new GalleryView(Near(centre, random), "", "bench")]);
        }
    }

    private static float[] Centre(int cluster, int dimension) => Direction(new Random(1000 + cluster), dimension);

    private static float[] Near(float[] centre, Random random)
    {
        var vector = Direction(random, centre.Length);
        TensorPrimitives.MultiplyAdd(vector, Spread, centre, vector);
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }

    private static float[] Direction(Random random, int dimension)
    {
        var vector = new float[dimension];
        for (var i = 0; i < dimension; i++)
        {
            // Three uniform numbers are normal enough for a direction without a preferred axis.
            vector[i] = random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f;
        }

        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }
}
