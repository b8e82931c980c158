using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace ShiTu.TestKit.Disks;

/// <summary>
/// A disk whose n-th write fails: a small library, compiled here and loaded before libc's, stands between a test that runs in a process of its own and the system calls on the
/// files it names.
/// </summary>
public static class FaultyDisk
{
    private const string Variable = "SHITU_FAULTY_DISK";

    private const string Source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <stdio.h>
        #include <string.h>
        #include <unistd.h>
        static char file[256];
        static int at, fault, lasting, calls;
        static int mine(int fd) {
          if (!file[0]) return 0;
          char link[64], path[1024];
          snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
          ssize_t n = readlink(link, path, sizeof path - 1);
          if (n <= 0) return 0;
          path[n] = 0;
          return strstr(path, file) != 0;
        }
        static int fails(int fd) {
          if (!mine(fd)) return 0;
          int call = __sync_add_and_fetch(&calls, 1);
          if (call != at && !(lasting && call > at)) return 0;
          return call == at ? 2 : 1;
        }
        static int error(void) { errno = fault == 1 ? ENOSPC : EIO; return -1; }
        void fault_arm(const char* name, int n, int kind, int stays) { file[0] = 0; calls = 0; at = n; fault = kind; lasting = stays; strncpy(file, name, sizeof file - 1); }
        int fault_disarm(void) { file[0] = 0; return calls; }
        #define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
        #define WRITE(name, offset_type) \
          ssize_t name(int fd, const void* bytes, size_t n, offset_type offset) { \
            REAL(name); int f = fails(fd); if (!f) return real(fd, bytes, n, offset); \
            if (f == 2 && fault == 2) real(fd, bytes, n / 2, offset); \
            return error(); }
        WRITE(pwrite, off_t)
        WRITE(pwrite64, off64_t)
        ssize_t write(int fd, const void* bytes, size_t n) { REAL(write); int f = fails(fd); if (!f) return real(fd, bytes, n); if (f == 2 && fault == 2) real(fd, bytes, n / 2); return error(); }
        int fsync(int fd) { REAL(fsync); return fails(fd) ? error() : real(fd); }
        int fdatasync(int fd) { REAL(fdatasync); return fails(fd) ? error() : real(fd); }
        int ftruncate(int fd, off_t size) { REAL(ftruncate); return fails(fd) ? error() : real(fd, size); }
        int ftruncate64(int fd, off64_t size) { REAL(ftruncate64); return fails(fd) ? error() : real(fd, size); }
        """;

    /// <summary>Runs an explicit test in a process of its own whose disk obeys <see cref="Arm"/>; skipped with a reason where there is no C compiler.</summary>
    /// <param name="tests">The class.</param>
    /// <param name="method">The test.</param>
    /// <param name="thorough">What <see cref="IsThorough"/> tells it.</param>
    public static async Task RunAsync(Type tests, string method, bool thorough = false)
    {
        ArgumentNullException.ThrowIfNull(tests);
        var folder = Directory.CreateTempSubdirectory("faulty-disk").FullName;
        try
        {
            var library = await CompileAsync(folder).ConfigureAwait(false);
            var start = new ProcessStartInfo("dotnet", [tests.Assembly.Location, "-method", $"{tests.FullName}.{method}", "-explicit", "only", "-noColor", "-showLiveOutput"]) { RedirectStandardOutput = true };
            start.Environment["LD_PRELOAD"] = library;
            start.Environment[Variable] = $"{(thorough ? "thorough" : "quick")}|{library}";
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).ConfigureAwait(false);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).ConfigureAwait(false);
            Assert.True(output.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0", StringComparison.Ordinal), output);
            TestContext.Current.TestOutputHelper?.WriteLine(output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Whether the process was asked for every fault at every write, or for a quick walk.</summary>
    public static bool IsThorough => Environment.GetEnvironmentVariable(Variable)?.StartsWith("thorough", StringComparison.Ordinal) ?? false;

    /// <summary>From now on the <paramref name="at"/>-th write, sync or truncation of a file whose path contains <paramref name="file"/> fails, and with <paramref name="lasting"/> every one after it.</summary>
    public static unsafe void Arm(string file, int at, DiskFault fault, bool lasting)
    {
        var name = Marshal.StringToCoTaskMemUTF8(file);
        ((delegate* unmanaged<nint, int, int, int, void>)Export("fault_arm"))(name, at, (int)fault, lasting ? 1 : 0);
        Marshal.FreeCoTaskMem(name);
    }

    /// <summary>The disk is good again; how many writes there were.</summary>
    public static unsafe int Disarm() => ((delegate* unmanaged<int>)Export("fault_disarm"))();

    private static nint Export(string name)
    {
        var library = Environment.GetEnvironmentVariable(Variable)?.Split('|')[1];
        Assert.SkipWhen(library is null, "Runs under FaultyDisk.RunAsync only.");
        return NativeLibrary.GetExport(NativeLibrary.Load(library), name);
    }

    private static async Task<string> CompileAsync(string folder)
    {
        var (source, library) = (Path.Combine(folder, "disk.c"), Path.Combine(folder, "libdisk.so"));
        await File.WriteAllTextAsync(source, Source).ConfigureAwait(false);
        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("gcc", ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]) { RedirectStandardError = true })!;
            var error = await compiler.StandardError.ReadToEndAsync().ConfigureAwait(false);
            await compiler.WaitForExitAsync().ConfigureAwait(false);
            Assert.True(compiler.ExitCode == 0, error);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            Assert.Skip($"There is no C compiler here ({e.Message}).");
        }

        return library;
    }
}
