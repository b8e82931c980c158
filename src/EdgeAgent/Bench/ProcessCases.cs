using System.Diagnostics;
using System.Globalization;
using ShiTu.DemoScene;
using ShiTu.EdgeAgent.Cli;
using ShiTu.EdgeAgent.Configuration;

namespace ShiTu.EdgeAgent.Bench;

/// <summary>What concerns the program as a whole: memory and start.</summary>
internal static class ProcessCases
{
    /// <summary>Resident memory of this process now, as the kernel counts it.</summary>
    public static BenchCase ResidentMemory(int items)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kilobytes = double.Parse(line.AsSpan("VmRSS:".Length).Trim().TrimEnd("kB ").ToString(), CultureInfo.InvariantCulture);
        return new BenchCase { Case = $"resident memory, models and {items} items loaded", N = items, Value = Math.Round(kilobytes / 1024, 1), Unit = "MiB" };
    }

    /// <summary>
    /// Starts this program again as <c>recognize PICTURE</c> and takes the time to its first line of output: program start, models with self-test, gallery and
    /// index, one picture. The files are in the page cache by then; a first start after power-on reads them from the disk as well.
    /// </summary>
    public static BenchCase ColdStart(ModelOptions models, string gallery, string folder, int count)
    {
        var picture = Path.Combine(folder, "picture.png");
        File.WriteAllBytes(picture, BeltScene.DrawGalleryPicture(BeltScene.Products[0], 0));
        return new BenchCase { Case = "start to first result (recognize, warm files)" }.WithTimes(Stopwatches.Measure(() => Start(models, gallery, picture), count, warmUp: 1));
    }

    private static void Start(ModelOptions models, string gallery, string picture)
    {
        var program = Environment.ProcessPath!;

        // Not published, the process is the dotnet host and the program its first argument.
        string[] host = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        string[] settings =
        [
            $"models.folder={models.Folder}", $"models.detector={models.Detector}", $"models.feature={models.Feature}", $"models.engine={models.Engine}",
            $"models.precision={models.Precision}", $"models.threads={models.Threads}", $"models.openvino_library={models.OpenvinoLibrary}",
        ];
        var start = new ProcessStartInfo(program, [.. host, "recognize", picture, "--gallery", gallery, .. settings.SelectMany(setting => new[] { "--set", setting })])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        if (process.StandardOutput.ReadLine() is null)
        {
            throw new CommandFailure(ExitCode.Failed, $"The program started as a child gave no result: {process.StandardError.ReadToEnd().Trim()}");
        }

        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
    }
}
