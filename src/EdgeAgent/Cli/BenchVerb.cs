using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ShiTu.EdgeAgent.Bench;

namespace ShiTu.EdgeAgent.Cli;

/// <summary><c>bench [--json F.json] [--quick] [--only GROUP]</c>: measures this machine.</summary>
internal static class BenchVerb
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        // Takes a file, unlike the other verbs' --json: the table is for the person who waits for it.
        var json = new Option<string?>("--json") { Description = "Also writes the figures into this file.", HelpName = "F.json" };
        var quick = new Option<bool>("--quick") { Description = "Fewer repetitions, no gallery of 100000 views, no fleet." };
        var only = new Option<string?>("--only") { Description = $"Measures one group: {string.Join(", ", BenchRun.Groups)}.", HelpName = "GROUP" };
        only.AcceptOnlyFromAmong(BenchRun.Groups);
        var command = new Command("bench", "Measures models, frames, search, start, memory, events and updates on this machine.") { json, quick, only };
        command.SetAction(async (parsed, cancellation) =>
        {
            var cases = await BenchRun.RunAsync(SharedOptions.Load(parsed).Options, parsed.GetValue(quick), parsed.GetValue(only), cancellation).ConfigureAwait(false);
            Write(cases);
            if (parsed.GetValue(json) is { } file)
            {
                await File.WriteAllTextAsync(file, JsonSerializer.Serialize(cases, BenchJson.Default.IReadOnlyListBenchCase) + "\n", cancellation).ConfigureAwait(false);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(List<BenchCase> cases)
    {
        var width = cases.Max(item => Name(item).Length);
        Console.WriteLine(Terminal.Paint($"{"case".PadRight(width)}  {"n",6}  {"p50 ms",9}  {"p90 ms",9}  {"p99 ms",9}  ratio", Paint.Bold));
        foreach (var item in cases)
        {
            Console.WriteLine($"{Name(item).PadRight(width)}  {item.N,6}  {Figure(item.P50Ms),9}  {Figure(item.P90Ms),9}  {Figure(item.P99Ms),9}  {Rest(item)}".TrimEnd());
        }
    }

    private static string Name(BenchCase item) => item.Batch > 1 ? $"{item.Case}, batch {item.Batch}" : item.Case;

    private static string Figure(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "";

    private static string Rest(BenchCase item) => item switch
    {
        { Ratio: { } ratio } => string.Create(CultureInfo.InvariantCulture, $"{ratio:0.000} to {item.RatioTo}"),
        { Recall: { } recall } => string.Create(CultureInfo.InvariantCulture, $"recall {recall:0.000}"),
        { Value: { } value } => string.Create(CultureInfo.InvariantCulture, $"{value} {item.Unit}"),
        _ => "",
    };
}
