using static TorchSharp.torch;

namespace ShiTu.Trainer.Kernels;

/// <summary>Runs work over many small tensors, which libtorch would do one after the other.</summary>
internal static class ParallelTensors
{
    /// <summary>Runs <paramref name="work"/> for each item: on libtorch's number of threads where our own kernels do it, else here, since libtorch's switches belong to a thread.</summary>
    /// <param name="items">The items.</param>
    /// <param name="tensor">The tensor of an item that tells where it is computed.</param>
    /// <param name="work">Touches nothing that another item touches.</param>
    public static void ForEach<T>(IReadOnlyList<T> items, Func<T, Tensor> tensor, Action<T> work)
    {
        if (items.All(item => TensorMemory.HasFloats(tensor(item))))
        {
            Parallel.For(0, items.Count, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, i => work(items[i]));
            return;
        }

        foreach (var item in items)
        {
            work(item);
        }
    }
}
