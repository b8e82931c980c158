using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ShiTu.Inference.Engines;
using ShiTu.Trainer.Data;
using ShiTu.Trainer.Evaluation;
using ShiTu.Trainer.Training;

namespace ShiTu.Trainer.Cli;

/// <summary><c>shitu-train eval MODEL --gallery LIST --query LIST</c>.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "A model folder (runs in the agent's own engine) or a checkpoint (runs in libtorch)." };
        var gallery = new Option<string?>("--gallery") { Description = "List of the gallery: path TAB label, GroceryStore's own, or ppcls's." };
        var query = new Option<string?>("--query") { Description = "List of the queries." };
        var boxes = new Option<string?>("--boxes") { Description = "Instead of the lists: a folder with annotations (Pascal VOC) and images. The last fifth of each label's boxes is the gallery, the rest are queries." };
        var root = new Option<string?>("--root") { Description = "What both lists' paths are relative to (a folder or a tar archive); by default each list's own folder." };
        var quirks = new Option<bool>("--quirks") { Description = "Upstream's exact variant, to compare with published figures." };
        var labels = new Option<bool>("--per-label") { Description = "Also each label's score and the most frequent confusions." };
        var size = new Option<int>("--size") { Description = "Picture side for a checkpoint, pixels.", DefaultValueFactory = _ => 224 };
        var engine = new Option<string>("--engine") { Description = "auto, openvino or onnxruntime.", DefaultValueFactory = _ => "onnxruntime" };
        var precision = new Option<string>("--precision") { Description = "auto, f32 or bf16 (OpenVINO only).", DefaultValueFactory = _ => "auto" };
        var sheet = new Option<string?>("--sheet") { Description = "Writes a PNG with queries and their five nearest, right ones framed green, wrong ones red." };
        var json = new Option<bool>("--json") { Description = "JSON on standard output." };
        var command = new Command("eval", "Measures retrieval: recall@1, recall@5, mAP, mINP.") { model, gallery, query, boxes, root, quirks, labels, size, engine, precision, sheet, json };
        command.SetAction(parsed => CommandErrors.Guard(token =>
        {
            var path = parsed.GetRequiredValue(model);
            Option[] others = File.Exists(path) ? [engine, precision] : [size];
            if (others.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } idle)
            {
                throw new DataException($"{idle.Name} is for {(idle == size ? "a checkpoint: a model folder has its own size" : "a model folder: a checkpoint runs in libtorch")}.");
            }

            var (kept, asked) = Pictures(parsed.GetValue(gallery), parsed.GetValue(query), parsed.GetValue(boxes), parsed.GetValue(root));
            using IPictureEmbedder embedder = File.Exists(path)
                ? new CheckpointEmbedder(path, parsed.GetValue(size))
                : new EngineEmbedder(path, new EngineOptions { Engine = parsed.GetValue(engine)!, Precision = parsed.GetValue(precision)! });
            using var drawn = parsed.GetValue(sheet) is { } file ? new RetrievalSheet(file) : null;
            var report = ModelEvaluation.Run(embedder, kept, asked, parsed.GetValue(quirks), parsed.GetValue(labels), Console.Error.WriteLine, token, drawn is null ? null : drawn.Add);
            drawn?.Write();
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(report, TrainerJson.Default.EvaluationReport) : Table(report));
            return 0;
        }));
        return command;
    }

    private static (IReadOnlyList<PictureEntry> Gallery, IReadOnlyList<PictureEntry> Queries) Pictures(string? gallery, string? query, string? boxes, string? root) =>
        (gallery, query, boxes) switch
        {
            (not null, not null, null) => (ListReader.Read(gallery, root), ListReader.Read(query, root)),
            (null, null, not null) => GallerySplit.LastFifth(SourceReader.Read(new SourceOptions("boxes", SourceKind.Voc, boxes), Environment.CurrentDirectory)),
            _ => throw new DataException("Either --gallery and --query, or --boxes alone."),
        };

    private static string Table(EvaluationReport report) => string.Create(CultureInfo.InvariantCulture, $"""
        recall@1  {report.RecallAt1:P2}
        recall@5  {report.RecallAt5:P2}
        mAP       {report.Map:P2}
        mINP      {report.Minp:P2}
        {report.Queries} queries, {report.Gallery} gallery pictures, {report.ImagesPerSecond:0} pictures/s
        """) + string.Concat((report.Labels ?? []).Select(label => string.Create(CultureInfo.InvariantCulture, $"\n{label.RecallAt1,7:P0}  {label.Label} ({label.Queries})")))
            + string.Concat((report.Confusions ?? []).Select(confusion => $"\n{confusion.Count,5} x  {confusion.Label} taken for {confusion.Answer}"));
}
