using Microsoft.Extensions.Time.Testing;
using ShiTu.EdgeAgent.Outbox;

namespace ShiTu.EdgeAgent.Tests.Outbox;

/// <summary>A folder of its own with an outbox in it.</summary>
internal sealed class OutboxFolder : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("outbox-").FullName;

    public string File => Path.Combine(Folder, "outbox.db");

    public OutboxStore Open(OutboxOptions? options = null, int window = 32, TimeProvider? time = null) =>
        OutboxStore.Open(File, options ?? new OutboxOptions(), "till-3", window, time ?? TimeProvider.System);

    public static FakeTimeProvider Clock() => new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
