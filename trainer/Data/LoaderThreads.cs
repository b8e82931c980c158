using System.Collections.Concurrent;
using ShiTu.Trainer.Natives;

namespace ShiTu.Trainer.Data;

/// <summary>
/// Threads that make batches, one a core, behind the network's own: on a full machine a loader that takes turns with them holds all of them up at each of
/// their barriers, one that yields fills the gaps between.
/// </summary>
internal static class LoaderThreads
{
    private static readonly Lazy<BlockingCollection<Action>> Work = new(Start);

    /// <summary>Runs <paramref name="make"/> when a thread is free; its failure is the task's.</summary>
    public static Task<T> Run<T>(Func<T> make)
    {
        var task = new Task<T>(make);
        Work.Value.Add(() => task.RunSynchronously());
        return task;
    }

    private static BlockingCollection<Action> Start()
    {
        var work = new BlockingCollection<Action>();
        for (var i = 0; i < Environment.ProcessorCount; i++)
        {
            new Thread(() => Serve(work)) { IsBackground = true, Name = "loader" }.Start();
        }

        return work;
    }

    private static void Serve(BlockingCollection<Action> work)
    {
        ProcessSettings.YieldThisThread();
        foreach (var make in work.GetConsumingEnumerable())
        {
            make();
        }
    }
}
