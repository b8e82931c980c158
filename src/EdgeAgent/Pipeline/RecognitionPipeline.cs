namespace ShiTu.EdgeAgent.Pipeline;

/// <summary>
/// Cameras to events: a loop a camera that keeps frames coming, and a fixed set of workers that take them by turns. Cameras, workers and their threads live as long as <see cref="RunAsync"/>.
/// </summary>
internal sealed class RecognitionPipeline(PipelineParts parts)
{
    /// <summary>Time of every stage since the start.</summary>
    public StageLatencies Latencies { get; } = new();

    /// <summary>What it is built from.</summary>
    public PipelineParts Parts { get; } = parts;

    /// <summary>Runs until every file, folder and list is at its end (cameras have none), or until cancelled; what is still on the belt is then closed. Back within two seconds of the cancellation.</summary>
    public Task RunAsync(CancellationToken cancellation) => throw new NotSupportedException("Being written.");

    /// <summary>State and counts of every camera.</summary>
    public IReadOnlyList<CameraReport> Cameras => throw new NotSupportedException("Being written.");

    /// <summary>Starts a camera again at once; false where there is none of that name.</summary>
    public bool Restart(string camera) => throw new NotSupportedException("Being written.");
}
