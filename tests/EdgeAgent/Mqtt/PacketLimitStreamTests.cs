using ShiTu.EdgeAgent.Mqtt;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Mqtt;

public sealed class PacketLimitStreamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Packets_within_the_limit_pass_whatever_the_pieces_they_come_in(int piece)
    {
        byte[] packets = [0xD0, 0x00, 0x30, 0x80, 0x01, .. new byte[128], 0xD0, 0x00];
        await using var stream = new PacketLimitStream(new MemoryStream(packets), 128);
        var read = 0;
        var buffer = new byte[piece];
        while (await stream.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var count)
        {
            read += count;
        }

        Assert.Equal(packets.Length, read);
    }

    [Theory]
    [InlineData(new byte[] { 0x30, 0x81, 0x01 })]
    [InlineData(new byte[] { 0x30, 0xFF, 0xFF, 0xFF, 0x7F })]
    [InlineData(new byte[] { 0x30, 0x80, 0x80, 0x80, 0x80, 0x80 })]
    public async Task A_packet_that_declares_more_than_the_limit_ends_the_connection_before_its_body(byte[] header)
    {
        await using var stream = new PacketLimitStream(new MemoryStream(header), 128);
        await Assert.ThrowsAsync<IOException>(async () => await stream.ReadExactlyAsync(new byte[header.Length], TestContext.Current.CancellationToken));
    }
}
