using ShiTu.EdgeAgent.Cli;
using ShiTu.EdgeAgent.Configuration;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.Index.Generations;

namespace ShiTu.EdgeAgent.Bench;

/// <summary>All cases in turn, in a temporary folder; touches neither gallery nor state of the device.</summary>
internal static class BenchRun
{
    private const int SmallGallery = 10_000;
    private const int LargeGallery = 100_000;
    private const int AllocationFrames = 100;

    /// <summary>Measures.</summary>
    /// <param name="options">Models and rules in use.</param>
    /// <param name="quick">Fewer repetitions, and no large gallery.</param>
    /// <param name="cancellation">Ends it between two cases.</param>
    public static async Task<List<BenchCase>> RunAsync(AgentOptions options, bool quick, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("shitu-edge-bench-").FullName;
        try
        {
            return await RunAsync(options, quick, folder, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<BenchCase>> RunAsync(AgentOptions options, bool quick, string folder, CancellationToken cancellation)
    {
        var cases = new List<BenchCase>();
        void Add(string what, Func<IEnumerable<BenchCase>> measure)
        {
            cancellation.ThrowIfCancellationRequested();
            Terminal.Say($"{what} …");
            cases.AddRange(measure());
        }

        var repeat = quick ? 30 : 200;
        using var models = AgentModels.Load(options);
        var path = Path.Combine(folder, "gallery.db");
        using var store = BenchGallery.Create(path, models.Identity, models.Feature.Dimension, SmallGallery);
        await using var index = LiveIndex.Open(store, options.Index);

        // As cameras that track use it: never the whole picture, so that the crops are the detector's boxes.
        var rules = options.Recognition with { Parity = false, WholePicture = WholePicture.Never };
        using var recogniser = new Recogniser(models, index, new ThresholdSource(new Thresholds(rules.Threshold)), rules);
        var (frame, objects) = FrameCases.Choose(recogniser);
        var calls = new ModelCases(models, options.Models, frame);

        var service = Directory.CreateDirectory(Path.Combine(folder, "service")).FullName;
        store.CopyTo(Path.Combine(service, "gallery.db"));
        Add("memory", () => [ProcessCases.Memory(options.Models, service, SmallGallery, cancellation)]);
        Add("start", () => [ProcessCases.Start(options.Models, service, SmallGallery, quick ? 3 : 10)]);
        Add("allocation", () => [FrameCases.Allocation(recogniser, frame, AllocationFrames)]);
        Add("whole frame", () => [FrameCases.Whole(recogniser, models, calls, frame, objects, repeat)]);
        Add("preparation", () => [calls.Preparing(repeat)]);
        Add("feature model", () => [calls.Feature(1, repeat), calls.Feature(8, repeat)]);
        Add("detector", () => [calls.Detector(repeat)]);
        Add($"search in {SmallGallery} views", () => SearchCases.Run(store, options.Index));
        Terminal.Say("events …");
        cases.AddRange(await OutboxCases.RunAsync(folder, quick ? 2_000 : 20_000, cancellation).ConfigureAwait(false));
        if (!quick)
        {
            Add($"search in {LargeGallery} views", () =>
            {
                using var large = BenchGallery.Create(Path.Combine(folder, "large.db"), models.Identity, models.Feature.Dimension, LargeGallery);
                return SearchCases.Run(large, options.Index).ToList();
            });
        }

        return cases;
    }
}
