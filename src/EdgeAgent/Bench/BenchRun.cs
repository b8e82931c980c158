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

    /// <summary>The groups that can be measured alone.</summary>
    public static readonly string[] Groups = ["models", "search", "events", "updates"];

    /// <summary>Measures.</summary>
    /// <param name="options">Models and rules in use.</param>
    /// <param name="quick">Fewer repetitions, no large gallery, no fleet.</param>
    /// <param name="only">One of <see cref="Groups"/>; null measures all.</param>
    /// <param name="cancellation">Ends it between two cases.</param>
    public static async Task<List<BenchCase>> RunAsync(AgentOptions options, bool quick, string? only, CancellationToken cancellation)
    {
        using var place = BenchFolder.Create();
        var folder = place.Path;
        var cases = new List<BenchCase>();
        if (only is null or "models" or "search")
        {
            await ModelsAsync(cases, options, quick, only, folder, cancellation).ConfigureAwait(false);
        }

        if (only is null or "events")
        {
            Terminal.Say("events …");
            cases.AddRange(await OutboxCases.RunAsync(folder, quick ? 2_000 : 20_000, cancellation).ConfigureAwait(false));
        }

        if (!quick && only is null or "events" or "updates")
        {
            await FleetAsync(cases, only, folder, cancellation).ConfigureAwait(false);
        }

        return cases;
    }

    // What needs a broker in a process of its own.
    private static async Task FleetAsync(List<BenchCase> cases, string? only, string folder, CancellationToken cancellation)
    {
        if (BenchBroker.Program is null)
        {
            Terminal.Warn("Backlog, updates and the fleet are left out: mosquitto is not on the PATH (apt-get install mosquitto).");
            return;
        }

        if (only != "updates")
        {
            await MeasureAsync("an hour of backlog", (_, broker) => BacklogCases.RunAsync(folder, broker, cancellation)).ConfigureAwait(false);
        }

        if (only != "events")
        {
            await MeasureAsync($"a signed gallery of {SmallGallery} items", (updates, _) => updates.NewGalleryAsync(SmallGallery)).ConfigureAwait(false);
            await MeasureAsync($"one changed item of {LargeGallery}", (updates, _) => updates.OneItemAsync(LargeGallery)).ConfigureAwait(false);
            await MeasureAsync("a fleet", (updates, _) => updates.FleetAsync()).ConfigureAwait(false);
        }

        async Task MeasureAsync(string what, Func<UpdateCases, BenchBroker, Task<List<BenchCase>>> measure)
        {
            Terminal.Say($"{what} …");
            var broker = await BenchBroker.StartAsync(folder, cancellation).ConfigureAwait(false);
            await using (broker.ConfigureAwait(false))
            {
                cases.AddRange(await measure(new UpdateCases(folder, broker, cancellation), broker).ConfigureAwait(false));
            }
        }
    }

    private static async Task ModelsAsync(List<BenchCase> cases, AgentOptions options, bool quick, string? only, string folder, CancellationToken cancellation)
    {
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

        if (only != "search")
        {
            var service = Directory.CreateDirectory(Path.Combine(folder, "service")).FullName;
            store.CopyTo(Path.Combine(service, "gallery.db"));
            Add("memory", () => [ProcessCases.Memory(options.Models, service, SmallGallery, cancellation)]);
            Add("start", () => [ProcessCases.Start(options.Models, service, SmallGallery, quick ? 3 : 10)]);
            Add("allocation", () => [FrameCases.Allocation(recogniser, frame, AllocationFrames)]);
            Add("whole frame", () => [FrameCases.Whole(recogniser, models, calls, frame, objects, repeat)]);
            Add("preparation", () => [calls.Preparing(repeat)]);
            Add("feature model", () => [calls.Feature(1, repeat), calls.Feature(8, repeat)]);
            Add("detector", () => [calls.Detector(repeat)]);
        }

        if (only == "models")
        {
            return;
        }

        Add($"search in {SmallGallery} views", () => SearchCases.Run(store, options.Index));
        if (!quick)
        {
            Add($"search in {LargeGallery} views", () =>
            {
                using var large = BenchGallery.Create(Path.Combine(folder, "large.db"), models.Identity, models.Feature.Dimension, LargeGallery);
                return SearchCases.Run(large, options.Index).ToList();
            });
        }
    }
}
