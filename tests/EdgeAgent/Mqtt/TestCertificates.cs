using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ShiTu.EdgeAgent.Tests.Mqtt;

/// <summary>An authority of its own, and certificates from it as PEM files.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly string _folder;
    private readonly X509Certificate2 _authority;

    public TestCertificates(string folder)
    {
        _folder = folder;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=authority {Guid.NewGuid()}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(2));
        AuthorityFile = Path.Combine(folder, $"{Guid.NewGuid():N}-ca.pem");
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
    }

    public string AuthorityFile { get; }

    public (string Certificate, string Key) Issue(string name, bool expired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var until = expired ? DateTimeOffset.UtcNow.AddDays(-1) : DateTimeOffset.UtcNow.AddYears(1);
        using var certificate = request.Create(_authority, DateTimeOffset.UtcNow.AddYears(-1), until, Guid.NewGuid().ToByteArray());
        var files = (Certificate: Path.Combine(_folder, $"{name}.pem"), Key: Path.Combine(_folder, $"{name}.key"));
        File.WriteAllText(files.Key, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(files.Certificate, certificate.ExportCertificatePem());
        return files;
    }

    public void Dispose() => _authority.Dispose();
}
