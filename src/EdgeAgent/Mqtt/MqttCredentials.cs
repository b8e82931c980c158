using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>Password and client certificate, read when they are needed: a rotated file holds from the next connection on.</summary>
internal static class MqttCredentials
{
    /// <summary>The password, or null where none is configured.</summary>
    /// <exception cref="InvalidDataException">The file is missing, empty, or others may read it.</exception>
    public static byte[]? Password(MqttOptions options)
    {
        if (options.PasswordFile.Length == 0)
        {
            return null;
        }

        var credentials = Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY");
        var credential = credentials is null ? "" : Path.Combine(credentials, options.PasswordFile);
        var path = File.Exists(credential) ? credential : options.PasswordFile;
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"mqtt.password_file: there is no file {path} and no systemd credential of that name.");
        }

        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && path != credential && (File.GetUnixFileMode(path) & Others) != 0)
        {
            throw new InvalidDataException($"mqtt.password_file: others may read {path}; expected mode 0600.");
        }

        var password = File.ReadAllText(path).TrimEnd('\r', '\n');
        return password.Length > 0 ? Encoding.UTF8.GetBytes(password) : throw new InvalidDataException($"mqtt.password_file: {path} is empty.");
    }

    /// <summary>The client certificate with its key and the certificates between it and its authority.</summary>
    public static SslStreamCertificateContext LoadClientCertificate(MqttOptions options)
    {
        var key = options.ClientKeyFile.Length > 0 ? options.ClientKeyFile : options.ClientCertificateFile;
        var certificate = X509Certificate2.CreateFromPemFile(options.ClientCertificateFile, key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(options.ClientCertificateFile);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    /// <summary>A text that changes when any of the files does.</summary>
    public static string Stamp(MqttOptions options) => string.Join('|', new[] { options.CaFile, options.ClientCertificateFile, options.ClientKeyFile, options.PasswordFile }
        .Where(file => file.Length > 0)
        .Select(file => new FileInfo(file))
        .Select(file => file.Exists ? $"{file.LastWriteTimeUtc.Ticks}/{file.Length}" : "-"));
}
