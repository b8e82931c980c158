using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ShiTu.Inference.Engines;
using ShiTu.Trainer.Detection.Data;
using ShiTu.Trainer.Detection.Evaluation;

namespace ShiTu.Trainer.Cli;

/// <summary><c>shitu-train eval-det MODEL --data JSON…</c>.</summary>
internal static class EvalDetectorCommand
{
    private static readonly double[] BeltThresholds = [0.2, 0.3, 0.4, 0.5];

    public static Command Create()
    {
        var models = new Argument<string[]>("model") { Description = "Model folders.", Arity = ArgumentArity.OneOrMore };
        var data = new Option<string[]>("--data") { Description = "COCO files; a merged one is also measured a folder of its pictures.", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true };
        var baselines = new Option<string[]>("--baseline") { Description = "PicoDets in ONNX without post-processing to measure beside.", DefaultValueFactory = _ => [] };
        var belt = new Option<int>("--belt") { Description = "Also run the drawn belt, every so many frames; 0: not.", DefaultValueFactory = _ => 0 };
        var seed = new Option<int>("--belt-seed") { Description = "Seed of the drawn belt.", DefaultValueFactory = _ => 1 };
        var sheet = new Option<string?>("--sheet") { Description = "Folder for a PNG a set with its best and worst pictures." };
        var json = new Option<bool>("--json") { Description = "JSON instead of a table." };
        var engine = new Option<string>("--engine") { Description = "auto, onnxruntime or openvino.", DefaultValueFactory = _ => "onnxruntime" };
        var threads = new Option<int>("--threads") { Description = "Threads; 0: all.", DefaultValueFactory = _ => 0 };
        var command = new Command("eval-det", "Measures detectors through the agent's own engine and decoder.") { models, data, baselines, belt, seed, sheet, json, engine, threads };
        command.SetAction(parsed => CommandErrors.Guard(token =>
        {
            var sets = parsed.GetRequiredValue(data).Select(path => CocoReader.Read(path)).ToList();
            foreach (var set in sets.Where(set => set.Skipped.Count > 0))
            {
                Console.Error.WriteLine($"{set.Name}: left out {set.SkippedText}");
            }

            var options = new EngineOptions { Engine = parsed.GetRequiredValue(engine), Threads = parsed.GetValue(threads) };
            var evaluation = new DetectorEvaluation(sets, Console.Error.WriteLine);
            var reports = new List<DetectorReport>();
            foreach (var open in parsed.GetRequiredValue(models).Select(folder => (Func<Detectors>)(() => Detectors.OpenFolder(folder, options)))
                .Concat(parsed.GetRequiredValue(baselines).Select(path => (Func<Detectors>)(() => Detectors.OpenOnnx(path, options.Threads)))))
            {
                using var detector = open();
                var pictures = parsed.GetValue(sheet) is null ? null : new PictureSheet();
                var report = evaluation.Measure(detector, pictures, token);
                pictures?.Write(Path.Combine(parsed.GetValue(sheet)!, detector.Name));
                reports.Add(parsed.GetValue(belt) > 0 ? report with { Belt = BeltProbe.Measure(detector.Detect, parsed.GetValue(seed), parsed.GetValue(belt), BeltThresholds) } : report);
            }

            if (parsed.GetValue(json))
            {
                Console.WriteLine(reports.Count == 1 ? JsonSerializer.Serialize(reports[0], ReportJson.Default.DetectorReport) : JsonSerializer.Serialize(reports, ReportJson.Default.ListDetectorReport));
            }
            else
            {
                reports.ForEach(Print);
            }

            return 0;
        }));
        return command;
    }

    private static void Print(DetectorReport report)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Model}, {report.MillisecondsAPicture} ms a picture"));
        Console.WriteLine("  set                       pictures objects   AP50    mAP   AR@5  found@5  small medium  large");
        foreach (var (name, s) in report.Sets)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-25} {s.Images,8} {s.Objects,7} {s.Ap50,6:F3} {s.Map,6:F3} {s.Ar5,6:F3} {s.Found5,8:F3} {s.MapSmall,6:F3} {s.MapMedium,6:F3} {s.MapLarge,6:F3}"));
        }

        foreach (var b in report.Belt ?? [])
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  belt above {b.Threshold:F2}: {b.Frames} frames, {b.Objects} objects, found {b.Found:P1}, {b.Steady:P1} of them in 95 % of their frames, worst {b.Worst:P1}, {b.FalseBoxes:F3} false boxes a frame"));
        }
    }
}
