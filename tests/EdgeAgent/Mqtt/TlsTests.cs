using System.Diagnostics;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Tests.Outbox;
using ShiTu.TestKit.Brokers;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Mqtt;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class TlsTests : IDisposable
{
    private readonly OutboxFolder _folder = new();
    private readonly TestCertificates _certificates;

    public TlsTests() => _certificates = new TestCertificates(_folder.Folder);

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Events_go_over_verified_tls_with_a_client_certificate_that_is_taken_up_anew_when_it_changes()
    {
        await using var broker = await StartAsync(expired: false, clients: true);
        var (certificate, key) = _certificates.Issue("till-3");
        await using var agent = new RunningAgent(_folder, Options(broker) with { ClientCertificateFile = certificate, ClientKeyFile = key });
        OutboxStoreTests.Publish(agent.Outbox, 5);
        await ReceivedTraffic.UntilAsync(() => agent.Outbox.Status is { Pending: 0, LastSeq: 5 }, "an empty outbox");
        _certificates.Issue("till-3");
        await ReceivedTraffic.UntilAsync(() => agent.Service.State is { Connected: true, Reconnects: > 0 }, "a connection with the new certificate");
    }

    [Fact]
    public async Task A_broker_that_asks_for_a_client_certificate_is_no_connection_without_one()
    {
        await using var broker = await StartAsync(expired: false, clients: true);
        await using var agent = new RunningAgent(_folder, Options(broker));
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Trouble is { Length: > 0 } trouble && !trouble.Contains("yet", StringComparison.Ordinal), "a refusal");
        Assert.False(agent.Service.State.Connected);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_certificate_that_is_expired_or_of_another_authority_is_refused_until_the_broker_has_a_good_one(bool expired, bool stranger)
    {
        using var other = new TestCertificates(_folder.Folder);
        await using var broker = await StartAsync(expired, clients: false);
        await using var agent = new RunningAgent(_folder, Options(broker) with { CaFile = stranger ? other.AuthorityFile : _certificates.AuthorityFile });
        OutboxStoreTests.Publish(agent.Outbox, 2);
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Trouble?.Contains("certificate", StringComparison.OrdinalIgnoreCase) == true, "a refused certificate");
        Assert.Equal(2, agent.Outbox.Status.Pending);
        if (stranger)
        {
            return;
        }

        _certificates.Issue("broker");
        await broker.StopAsync();
        await broker.StartAsync();
        await ReceivedTraffic.UntilAsync(() => agent.Outbox.Status is { Pending: 0, LastSeq: 2 }, "an empty outbox");
    }

    [Fact]
    public async Task A_client_certificate_that_expired_is_refused_and_a_rotated_one_connects_without_a_restart()
    {
        await using var broker = await StartAsync(expired: false, clients: true);
        var (certificate, key) = _certificates.Issue("till-3", expired: true);
        await using var agent = new RunningAgent(_folder, Options(broker) with { ClientCertificateFile = certificate, ClientKeyFile = key });
        OutboxStoreTests.Publish(agent.Outbox, 3);
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Trouble is { Length: > 0 } trouble && !trouble.Contains("yet", StringComparison.Ordinal), "a refusal");
        Assert.False(agent.Service.State.Connected);
        Assert.Equal(3, agent.Outbox.Status.Pending);
        _certificates.Issue("till-3");
        await ReceivedTraffic.UntilAsync(() => agent.Outbox.Status is { Pending: 0, LastSeq: 3 }, "an empty outbox");
        Assert.True(agent.Service.State.Connected);
    }

    [Fact]
    public async Task User_and_password_come_from_a_file_that_nobody_else_may_read()
    {
        var accounts = Path.Combine(_folder.Folder, "accounts");
        var secret = Path.Combine(_folder.Folder, "secret");
        await File.WriteAllTextAsync(secret, "käse\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await using var broker = MosquittoBroker.Prepare($"allow_anonymous false\npassword_file {accounts}");
        using (var make = Process.Start("mosquitto_passwd", ["-b", "-c", accounts, "till-3", "käse"]))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await broker.StartAsync();
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address) with { UserName = "till-3", PasswordFile = secret });
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Trouble?.Contains("0600", StringComparison.Ordinal) == true, "a refused file mode");
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Connected, "a connection");
    }

    private MqttOptions Options(MosquittoBroker broker) => RunningAgent.Options($"mqtts://127.0.0.1:{broker.Port}") with { CaFile = _certificates.AuthorityFile };

    private Task<MosquittoBroker> StartAsync(bool expired, bool clients)
    {
        var (certificate, key) = _certificates.Issue("broker", expired);
        return MosquittoBroker.StartAsync(
            $"allow_anonymous true\ncafile {_certificates.AuthorityFile}\ncertfile {certificate}\nkeyfile {key}\nrequire_certificate {(clients ? "true" : "false")}");
    }
}
