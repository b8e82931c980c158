using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ShiTu.Index.Calibration;
using ShiTu.Index.Gallery;

namespace ShiTu.EdgeAgent.Cli.Gallery;

/// <summary><c>gallery list|verify|export|calibrate</c>.</summary>
internal static class GalleryLook
{
    /// <summary><c>gallery list</c>.</summary>
    public static Command List()
    {
        var command = new Command("list", "Lists the items.");
        command.SetAction(parsed =>
        {
            using var store = Open(parsed);
            var json = parsed.GetValue(SharedOptions.Json);
            foreach (var item in store.Items())
            {
                var views = store.Views(item.Id).Count;
                Console.WriteLine(json ? Json(item, views) : $"{item.Id}\t{item.Label}\t{views} views{(item.Local ? "\tlocal" : "")}");
            }

            Terminal.Say($"{store.ItemCount} items, {store.ViewCount} views, generation {store.Generation}, model {store.ModelIdentity}");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary><c>gallery verify</c>.</summary>
    public static Command Verify()
    {
        var command = new Command("verify", "Checks the file's structure, every vector and every reference.");
        command.SetAction(parsed =>
        {
            using var store = Open(parsed);
            var findings = store.Verify();
            foreach (var finding in findings)
            {
                Terminal.Error(finding);
            }

            Console.WriteLine($"{(findings.Count == 0 ? "good" : $"{findings.Count} findings")}\t{store.ItemCount} items\t{store.ViewCount} views\tgeneration {store.Generation}\t{store.ContentHash()}");
            return findings.Count == 0 ? ExitCode.Done : ExitCode.DoesNotFit;
        });
        return command;
    }

    /// <summary><c>gallery export FILE</c>.</summary>
    public static Command Export()
    {
        var file = new Argument<string>("FILE") { Description = "Where the copy goes." };
        var command = new Command("export", "Writes a consistent copy, also of a gallery in use.") { file };
        command.SetAction(parsed =>
        {
            using var store = Open(parsed);
            store.CopyTo(parsed.GetValue(file)!);
            Terminal.Say($"{store.ItemCount} items, {store.ViewCount} views copied to {parsed.GetValue(file)}.");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary><c>gallery calibrate</c>.</summary>
    public static Command Calibrate()
    {
        var rate = new Option<double>("--false-accept", "-f") { Description = "Wanted share of foreign products that are taken for an item.", DefaultValueFactory = _ => 0.01 };
        var dry = new Option<bool>("--dry-run") { Description = "Measures and keeps nothing." };
        var command = new Command("calibrate", "Measures thresholds on the gallery itself and keeps them in it.") { rate, dry };
        command.SetAction((parsed, cancellation) =>
        {
            var path = PathOf(parsed);
            using var readable = GalleryStore.OpenReadOnly(path);
            using var store = GalleryStore.Open(path, readable.ModelIdentity, readable.Dimension);
            if (parsed.GetValue(rate) is not (> 0 and < 0.5))
            {
                throw new CommandFailure(ExitCode.Usage, $"--false-accept {parsed.GetValue(rate)}: expected more than 0 and less than 0.5, such as 0.01.");
            }

            var result = GalleryCalibration.Measure(store, parsed.GetValue(rate), SharedOptions.Load(parsed).Options.Recognition.Margin, cancellation);
            if (!parsed.GetValue(dry))
            {
                GalleryCalibration.Save(store, result);
            }

            Console.WriteLine(parsed.GetValue(SharedOptions.Json) ? JsonSerializer.Serialize(result, CalibrationJson.Default.CalibrationResult) : Describe(result));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static string Describe(CalibrationResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"threshold {result.Threshold:0.000} (items {result.Items.Values.DefaultIfEmpty(result.Threshold).Min():0.000} to {result.Items.Values.DefaultIfEmpty(result.Threshold).Max():0.000}), false accepts {result.FalseAccept:0.00%} (95 %: {result.FalseAcceptLow:0.00%} to {result.FalseAcceptHigh:0.00%}), recognised {result.TrueAccept ?? double.NaN:0.0%} of {result.Views} views of {result.Labels} labels");

    private static GalleryStore Open(ParseResult parsed) => GalleryStore.OpenReadOnly(PathOf(parsed));

    private static string PathOf(ParseResult parsed) => parsed.GetValue(GalleryArguments.Database) ?? SharedOptions.Load(parsed).Options.GalleryPath;

    private static string Json(GalleryItem item, int views)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("item", item.Id);
            json.WriteString("label", item.Label);
            if (item.Note is not null)
            {
                json.WriteString("note", item.Note);
            }

            json.WriteBoolean("local", item.Local);
            json.WriteNumber("views", views);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
