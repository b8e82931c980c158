namespace ShiTu.EdgeAgent.Outbox;

/// <summary>A piece of work for the outbox's thread; its task completes when the work is durable.</summary>
internal abstract class OutboxWork
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the work is on the disk, fails where the outbox closes before.</summary>
    public Task Done => _done.Task;

    /// <summary>Does the work within a transaction. May run again where the commit failed.</summary>
    public abstract void Apply(OutboxWriter writer);

    /// <summary>Tells the owner that it is durable.</summary>
    public void Complete() => _done.TrySetResult();

    /// <summary>Tells the owner that it will not be done.</summary>
    public void Fail(Exception why) => _done.TrySetException(why);
}

/// <summary>Work given as a delegate.</summary>
internal sealed class OutboxAction(Action<OutboxWriter> action) : OutboxWork
{
    /// <inheritdoc/>
    public override void Apply(OutboxWriter writer) => action(writer);
}

/// <summary>A question given as a delegate; the answer is that of the committed state.</summary>
internal sealed class OutboxQuestion<T>(Func<OutboxWriter, T> question) : OutboxWork
{
    /// <summary>The answer, once done.</summary>
    public T? Answer { get; private set; }

    /// <inheritdoc/>
    public override void Apply(OutboxWriter writer) => Answer = question(writer);
}
