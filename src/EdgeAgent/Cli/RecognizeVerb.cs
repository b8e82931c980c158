using System.CommandLine;
using System.Text.Json;
using ShiTu.EdgeAgent.Annotation;
using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.Index.Calibration;
using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;
using ShiTu.Inference.Imaging;

namespace ShiTu.EdgeAgent.Cli;

/// <summary><c>recognize FILES…</c>: one JSON object a picture; a picture that cannot be read never ends the run.</summary>
internal static class RecognizeVerb
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var files = new Argument<string[]>("FILES") { Description = "Pictures, or folders of them.", Arity = ArgumentArity.OneOrMore };
        var annotate = new Option<string?>("--annotate") { Description = "Writes each picture with boxes and labels into this folder.", HelpName = "DIR" };
        var gallery = new Option<string?>("--gallery", "-g") { Description = "Gallery file; without it gallery.db of the state directory.", HelpName = "DB" };
        var command = new Command("recognize", "Recognises the products on pictures.") { files, annotate, gallery };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = SharedOptions.Load(parsed).Options;
            var path = parsed.GetValue(gallery) ?? options.GalleryPath;
            if (!File.Exists(path))
            {
                throw new CommandFailure(ExitCode.DoesNotFit, $"{path}: no such gallery; `shitu-edge gallery build` makes one.");
            }

            using var models = AgentModels.Load(options);
            using var store = GalleryStore.Open(path, models.Identity, models.Feature.Dimension);
            await using var index = LiveIndex.Open(store, options.Index);
            var calibration = options.Recognition.Calibrated ? GalleryCalibration.Load(store) : null;
            var thresholds = new ThresholdSource(calibration is null ? new Thresholds(options.Recognition.Threshold) : new Thresholds(calibration.Threshold, calibration.Items));
            using var recogniser = new Recogniser(models, index, thresholds, options.Recognition);
            using var annotator = parsed.GetValue(annotate) is null ? null : new Annotator();
            return Run(parsed.GetValue(files)!, recogniser, annotator, parsed.GetValue(annotate), cancellation);
        });
        return command;
    }

    private static int Run(string[] files, Recogniser recogniser, Annotator? annotator, string? folder, CancellationToken cancellation)
    {
        var unreadable = 0;
        using var output = Console.OpenStandardOutput();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files.SelectMany(Expand))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                var picture = PictureDecoder.Decode(File.ReadAllBytes(file));
                var found = recogniser.Recognise(picture.View);
                Write(output, file, found);
                annotator?.Save(Path.Combine(folder!, Unique(file, names)), picture.View, [.. Enumerable.Range(0, found.Count).Select(at => AnnotatedBox.Of(found[at]))]);
            }
            catch (Exception error) when (error is PictureFormatException or IOException or UnauthorizedAccessException)
            {
                unreadable++;
                Terminal.Warn($"{file}: {error.Message}");
            }
        }

        return unreadable == 0 ? ExitCode.Done : ExitCode.SomeUnreadable;
    }

    private static IEnumerable<string> Expand(string path)
    {
        if (!Directory.Exists(path))
        {
            return [path];
        }

        var pictures = PictureFiles.Of(path).ToList();
        return pictures.Count > 0 ? pictures : throw new CommandFailure(ExitCode.Failed, $"{path}: no picture in this folder.");
    }

    private static string Unique(string file, HashSet<string> names)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        for (var at = 2; !names.Add(name); at++)
        {
            name = $"{Path.GetFileNameWithoutExtension(file)}-{at}";
        }

        return $"{name}.jpg";
    }

    private static void Write(Stream output, string file, FrameRecognition found)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("file", file);
            json.WriteStartArray("boxes");
            for (var at = 0; at < found.Count; at++)
            {
                var box = found[at];
                json.WriteStartObject();
                json.WriteNumber("x", box.Rect.X);
                json.WriteNumber("y", box.Rect.Y);
                json.WriteNumber("w", box.Rect.Width);
                json.WriteNumber("h", box.Rect.Height);
                json.WriteNumber("detector_score", MathF.Round(box.DetectorScore, 4));
                json.WriteString("decision", box.Judgement.Decision.ToString().ToLowerInvariant());
                if (box.Judgement.Explain() is { } reason)
                {
                    json.WriteString("reason", reason);
                }

                json.WriteStartArray("labels");
                foreach (ref readonly var match in box.Candidates)
                {
                    json.WriteStartObject();
                    json.WriteString("item", match.Item!.Id);
                    json.WriteString("label", match.Item.Label);
                    json.WriteNumber("similarity", MathF.Round(match.Similarity, 4));
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }
}
