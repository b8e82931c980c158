using System.Globalization;
using System.Runtime.InteropServices;

namespace ShiTu.EdgeAgent.Bench;

/// <summary>A bench's temporary folder, up to a gigabyte: it goes at the end, at a signal, and where the process was killed, at the next bench.</summary>
internal sealed class BenchFolder : IDisposable
{
    private const string Prefix = "shitu-edge-bench-";
    private const string LockName = "lock";
    private static readonly (PosixSignal Signal, int Number)[] Ends = [(PosixSignal.SIGHUP, 1), (PosixSignal.SIGINT, 2), (PosixSignal.SIGTERM, 15)];
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _death = new();
    private readonly FileStream _lock;
    private readonly List<PosixSignalRegistration> _signals = [];
    private bool _ending;

    private BenchFolder(string path, FileStream held)
    {
        (Path, _lock) = (path, held);
        var ignored = Ignored();
        _signals.AddRange(Ends.Where(end => (ignored >> (end.Number - 1) & 1) == 0).Select(end => PosixSignalRegistration.Create(end.Signal, _ => End())));
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Deletes what killed benches left, and makes a new one.</summary>
    public static BenchFolder Create()
    {
        Sweep(System.IO.Path.GetTempPath());
        var path = Directory.CreateTempSubdirectory(Prefix).FullName;

        // It has its name only when it is held, so that another bench never finds one that nobody holds yet.
        var early = System.IO.Path.Combine(path, LockName + ".new");
        var held = new FileStream(early, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        File.Move(early, System.IO.Path.Combine(path, LockName));
        return new BenchFolder(path, held);
    }

    /// <summary>Deletes the folders in <paramref name="parent"/> whose bench is dead.</summary>
    public static void Sweep(string parent)
    {
        // Not behind a link: anybody may have put one there.
        foreach (var folder in Directory.EnumerateDirectories(parent, Prefix + "*").Where(folder => new DirectoryInfo(folder).LinkTarget is null))
        {
            try
            {
                // The system lets go of a lock when its process ends, however that happens.
                using var dead = new FileStream(System.IO.Path.Combine(folder, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                Delete(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Its bench runs, or it is another user's.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        bool ending;
        lock (_gate)
        {
            (ending, _ending) = (_ending, true);
        }

        if (ending)
        {
            // Whatever failed because the folder went is nobody's trouble: the signal ends the process.
            _death.Wait();
        }

        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        Delete(Path);
        _lock.Dispose();
        _death.Dispose();
    }

    // A signal that nohup or a shell's background took away does not end the process, and must not take its folder.
    private static ulong Ignored() =>
        ulong.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)).AsSpan("SigIgn:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private void End()
    {
        lock (_gate)
        {
            if (_ending)
            {
                return;
            }

            _ending = true;
        }

        BenchChildren.Kill();
        try
        {
            // The measuring goes on meanwhile: under another name nothing new gets into it.
            var gone = Path + ".gone";
            Directory.Move(Path, gone);
            Delete(gone);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next bench deletes it.
        }
    }

    // The lock goes last: a folder without one is left alone for ever.
    private static void Delete(string folder)
    {
        foreach (var inside in Directory.EnumerateDirectories(folder))
        {
            Directory.Delete(inside, recursive: true);
        }

        foreach (var file in Directory.EnumerateFiles(folder).Where(file => System.IO.Path.GetFileName(file) != LockName))
        {
            File.Delete(file);
        }

        Directory.Delete(folder, recursive: true);
    }
}
