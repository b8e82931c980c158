using System.Text.Json;
using ShiTu.EdgeAgent.Cli;
using ShiTu.EdgeAgent.Pipeline;

namespace ShiTu.EdgeAgent.Demo;

/// <summary>What a run over given sources came to.</summary>
/// <param name="Frames">Frames worked on.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Stages">Latencies a stage.</param>
/// <param name="Events">Events by type and decision.</param>
/// <param name="Demo">Comparison with the truth; null where there is none.</param>
internal sealed record RunSummary(long Frames, double Seconds, IReadOnlyList<StageLatency> Stages, IReadOnlyDictionary<string, int> Events, DemoResult? Demo)
{
    /// <summary>Frames a second.</summary>
    public double Fps => Seconds > 0 ? Frames / Seconds : 0;

    /// <summary>Prints it for a person.</summary>
    public void Print()
    {
        Terminal.Say("");
        Terminal.Say($"{Frames} frames in {Seconds:0.0} s: {Fps:0.0} frames/s");
        Terminal.Say($"{"stage",-10} {"p50 ms",9} {"p90 ms",9} {"p99 ms",9}");
        foreach (var stage in Stages)
        {
            Terminal.Say($"{stage.Name,-10} {stage.P50Ms,9:0.00} {stage.P90Ms,9:0.00} {stage.P99Ms,9:0.00}");
        }

        Terminal.Say($"events: {string.Join(", ", Events.Select(pair => $"{pair.Value} {pair.Key}"))}");
        if (Demo is { } demo)
        {
            Terminal.Say($"objects on the belt: {demo.Right} right, {demo.Wrong} wrong, {demo.UnknownWrong} known ones unknown, {demo.UnknownRight} strangers unknown, {demo.Missed} missed; named again as another object: {demo.Repeated}");
            foreach (var line in demo.Objects.Where(line => line.Said is "missed" or "unknown" || line.Stranger))
            {
                Terminal.Say($"  {line.Label}{(line.Stranger ? " (not in the gallery)" : "")}: {line.Said}");
            }

            Terminal.Say($"boxes: {demo.FoundShare:0.0%} of objects at least half visible have one, {demo.FalseBoxesPerFrame:0.00} a frame on nothing");
        }
    }

    /// <summary>Writes it for a program.</summary>
    public void Save(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("frames", Frames);
        json.WriteNumber("fps", Math.Round(Fps, 2));
        if (Demo is { } demo)
        {
            json.WriteNumber("right", demo.Right);
            json.WriteNumber("wrong", demo.Wrong);
            json.WriteNumber("unknown_right", demo.UnknownRight);
            json.WriteNumber("unknown_wrong", demo.UnknownWrong);
            json.WriteNumber("missed", demo.Missed);
            json.WriteNumber("repeated", demo.Repeated);
            json.WriteNumber("found_share", Math.Round(demo.FoundShare, 4));
            json.WriteNumber("false_boxes_per_frame", Math.Round(demo.FalseBoxesPerFrame, 4));
        }

        json.WriteStartObject("stages");
        foreach (var stage in Stages)
        {
            json.WriteStartObject(stage.Name);
            json.WriteNumber("p50_ms", Math.Round(stage.P50Ms, 3));
            json.WriteNumber("p90_ms", Math.Round(stage.P90Ms, 3));
            json.WriteNumber("p99_ms", Math.Round(stage.P99Ms, 3));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject("events");
        foreach (var (key, count) in Events)
        {
            json.WriteNumber(key, count);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
