using System.Threading.Channels;
using ShiTu.EdgeAgent.Mqtt;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Chunks from the broker: subscribes to exactly those that are missing, a few at a time, and ends each subscription when its chunk is on the disk.</summary>
internal sealed class MqttChunks(MqttService mqtt, TimeSpan patience, TimeProvider time) : IChunkSource
{
    private const int AtOnce = 16;

    /// <inheritdoc/>
    public async Task FetchAsync(IReadOnlyList<ChunkReference> missing, ChunkStore store, CancellationToken cancellation)
    {
        var waiting = new Queue<ChunkReference>(missing);
        var asked = new HashSet<string>(StringComparer.Ordinal);
        var came = Channel.CreateUnbounded<(ChunkReference Chunk, RefusedException? Wrong)>();
        try
        {
            while (waiting.Count > 0 || asked.Count > 0)
            {
                while (asked.Count < AtOnce && waiting.TryDequeue(out var next))
                {
                    asked.Add(next.Sha256);
                    mqtt.Incoming.Add(mqtt.Topics.Chunk(next.Sha256), (message, _) => Keep(next, message, store, came.Writer));
                }

                var (chunk, wrong) = await NextAsync(came.Reader, asked, cancellation).ConfigureAwait(false);
                asked.Remove(chunk.Sha256);
                mqtt.Incoming.Remove(mqtt.Topics.Chunk(chunk.Sha256));
                if (wrong is not null)
                {
                    throw wrong;
                }
            }
        }
        finally
        {
            foreach (var sha256 in asked)
            {
                mqtt.Incoming.Remove(mqtt.Topics.Chunk(sha256));
            }
        }
    }

    private static Task Keep(ChunkReference chunk, IncomingMessage message, ChunkStore store, ChannelWriter<(ChunkReference, RefusedException?)> came)
    {
        try
        {
            if (!store.Has(chunk))
            {
                store.Put(chunk, message.Payload.Span);
            }

            came.TryWrite((chunk, null));
        }
        catch (RefusedException e)
        {
            came.TryWrite((chunk, new RefusedException(e.Refusal.Check, e.Refusal.Text, e) { MayRetry = true }));
        }

        return Task.CompletedTask;
    }

    private async Task<(ChunkReference Chunk, RefusedException? Wrong)> NextAsync(
        ChannelReader<(ChunkReference Chunk, RefusedException? Wrong)> came, HashSet<string> asked, CancellationToken cancellation)
    {
        while (true)
        {
            var connected = mqtt.State.Connected;
            using var end = new CancellationTokenSource(patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellation);
            try
            {
                while (true)
                {
                    var next = await came.ReadAsync(either.Token).ConfigureAwait(false);
                    if (asked.Contains(next.Chunk.Sha256))
                    {
                        return next;
                    }
                }
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // Without a broker nothing can come: only a connected wait counts.
                if (connected && mqtt.State.Connected)
                {
                    throw new RefusedException("chunk", $"{asked.Count} chunks did not come within {patience:c}, as {asked.First()}.") { MayRetry = true };
                }
            }
        }
    }
}
