using System.Numerics.Tensors;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Imaging;
using ShiTu.Inference.Models;

namespace ShiTu.Trainer.Quantization;

/// <summary>Runs a model over pictures and remembers what its inner tensors span: the mean over the pictures of each one's smallest and largest value, so that one odd picture does not widen a range for all.</summary>
internal static class RangeProbe
{
    /// <summary>Ranges of tensors, one each.</summary>
    /// <param name="folder">The model folder; it is not changed.</param>
    /// <param name="tensors">The tensors, in a copy of the model's file that may be changed.</param>
    /// <param name="file">That copy.</param>
    /// <param name="pictures">The pictures.</param>
    /// <param name="token">Cancels between pictures.</param>
    public static IReadOnlyList<ValueRange> Measure(string folder, IReadOnlyList<IrPort> tensors, IrFile file, IEnumerable<Picture> pictures, CancellationToken token)
    {
        var scratch = Directory.CreateTempSubdirectory("shitu-quantize-").FullName;
        try
        {
            var manifest = ModelManifest.Read(folder);
            foreach (var tensor in tensors.Where(tensor => !IsInput(tensor))) file.Add("Result", null, [tensor], null);
            file.Write(scratch);
            using var engine = InferenceEngines.Open(Path.Combine(scratch, "model.xml"), new EngineOptions { Engine = "onnxruntime" });
            using var request = engine.CreateRequest(1);
            var preparer = new Preparer(manifest.Preparation);
            var sums = new (double Least, double Most)[tensors.Count];
            var count = 0;
            foreach (var picture in pictures)
            {
                token.ThrowIfCancellationRequested();
                preparer.Prepare(picture.View, request.Input(0));
                request.Run();
                var output = manifest.Outputs.Count;
                for (var i = 0; i < tensors.Count; i++)
                {
                    var (least, most) = Span(IsInput(tensors[i]) ? request.Input(0) : request.Output(output++));
                    sums[i] = (sums[i].Least + least, sums[i].Most + most);
                }

                count++;
            }

            return count > 0 ? [.. sums.Select(sum => ValueRange.Of(sum.Least / count, sum.Most / count))] : throw new ModelException($"{folder}: no picture to measure its ranges with.");
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static bool IsInput(IrPort tensor) => (string?)tensor.Layer.Attribute("type") == "Parameter";

    private static (float Least, float Most) Span(ReadOnlySpan<float> values) =>
        (TensorPrimitives.Min(values), TensorPrimitives.Max(values));
}
