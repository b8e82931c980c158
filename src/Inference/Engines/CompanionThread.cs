using System.Runtime.ExceptionServices;

namespace ShiTu.Inference.Engines;

/// <summary>
/// A thread that does a fixed part of its owner's work at the same time as the owner does the other, and sleeps in between. One owner's thread at a time; allocates nothing a round.
/// </summary>
public sealed class CompanionThread : IDisposable
{
    private readonly Action _part;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _start = new(initialState: false, spinCount: 0);
    private readonly ManualResetEventSlim _done = new();
    private ExceptionDispatchInfo? _failure;
    private volatile bool _ended;

    /// <summary>Starts the thread, asleep.</summary>
    /// <param name="name">The thread's name.</param>
    /// <param name="part">The part that is its own; what it reads is left alone between <see cref="Begin"/> and <see cref="Wait"/>.</param>
    public CompanionThread(string name, Action part)
    {
        _part = part;
        _thread = new Thread(Work) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Begins a round; each is followed by one <see cref="Wait"/>.</summary>
    public void Begin()
    {
        _failure = null;
        _done.Reset();
        _start.Set();
    }

    /// <summary>Waits for the end of the round; throws what its part threw. With <paramref name="quietly"/> it only waits, as where the owner's own part failed.</summary>
    public void Wait(bool quietly = false)
    {
        _done.Wait();
        if (!quietly)
        {
            _failure?.Throw();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended = true;
        _start.Set();
        _thread.Join();
        _start.Dispose();
        _done.Dispose();
    }

    private void Work()
    {
        while (true)
        {
            _start.Wait();
            _start.Reset();
            if (_ended)
            {
                return;
            }

            try
            {
                _part();
            }
#pragma warning disable CA1031 // The owner throws it on its own thread.
            catch (Exception error)
#pragma warning restore CA1031
            {
                _failure = ExceptionDispatchInfo.Capture(error);
            }

            _done.Set();
        }
    }
}
