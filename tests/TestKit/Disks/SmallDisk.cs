using System.Diagnostics;
using Xunit;

namespace ShiTu.TestKit.Disks;

/// <summary>A small file system in memory; the test is skipped where it may not be mounted.</summary>
public sealed class SmallDisk : IDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    /// <summary>Mounts one.</summary>
    /// <param name="size">As tmpfs takes it, as <c>1m</c>.</param>
    public static SmallDisk Mount(string size)
    {
        var folder = Directory.CreateTempSubdirectory("disk").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder) is { } problem)
        {
            Directory.Delete(folder);
            Assert.Skip($"A small tmpfs cannot be mounted here ({problem.Trim()}); it takes root.");
        }

        return new(folder);
    }

    /// <summary>Changes its options, as <c>ro</c>.</summary>
    public void Remount(string mode) => Assert.Null(Run("mount", "-o", $"remount,{mode}", Folder));

    /// <inheritdoc/>
    public void Dispose()
    {
        Run("umount", "-l", Folder);
        Directory.Delete(Folder);
    }

    private static string? Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : error;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
    }
}
