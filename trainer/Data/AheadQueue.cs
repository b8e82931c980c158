using System.Diagnostics;

namespace ShiTu.Trainer.Data;

/// <summary>
/// Makes items ahead of their use on <see cref="LoaderThreads"/>, hands them out in order, and measures how long the user waited. What an item will be is decided by
/// <paramref name="plan"/> on the user's thread.
/// </summary>
internal sealed class AheadQueue<T>(Func<long, Func<T>> plan, long first, int ahead)
{
    private readonly Queue<Task<T>> _tasks = new();
    private long _next = first;

    /// <summary>Time spent waiting so far.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>The next item.</summary>
    public T Take()
    {
        while (_tasks.Count <= ahead)
        {
            _tasks.Enqueue(LoaderThreads.Run(plan(_next++)));
        }

        var start = Stopwatch.GetTimestamp();
        var item = _tasks.Dequeue().GetAwaiter().GetResult();
        Waited += Stopwatch.GetElapsedTime(start);
        return item;
    }
}
