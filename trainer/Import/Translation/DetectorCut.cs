using ShiTu.Trainer.Import.Program;

namespace ShiTu.Trainer.Import.Translation;

/// <summary>Finds a main-body detector's four prediction maps, behind which its own post-processing begins (<c>detector.md</c> 1.7, 2).</summary>
internal sealed record DetectorCut(IReadOnlyList<string> Variables, string Variant)
{
    private const int Levels = 4;
    private const int Bins = 8;
    private const int Channels = 1 + (4 * Bins);
    private const double ProjectionTolerance = 0.01;

    /// <summary>The cut, or null where the program is no such detector.</summary>
    /// <exception cref="ImportException">It looks like one, but differs from both known variants.</exception>
    public static DetectorCut? Find(PaddleProgram program, IReadOnlyDictionary<string, NamedTensor> weights)
    {
        if (!program.Operators.Any(op => op.Type.StartsWith("multiclass_nms", StringComparison.Ordinal) || op.Type == "split")) return null;
        var convolutions = program.Operators.Where(op => op.Type is "conv2d" or "depthwise_conv2d").ToArray();
        var predictions = convolutions.Where(op => Filter(op, weights) is [Channels, _, 1, 1]).ToArray();
        if (predictions.Length == 0) return null;
        if (predictions.Length != Levels) throw new ImportException($"{predictions.Length} prediction convolutions of {Channels} channels; a main-body detector has {Levels}.");
        var variables = predictions.Select(op => Biased(program, op)).ToArray();

        var width = Filter(predictions[0], weights)![1];
        var depthwise = convolutions.Where(op => Filter(op, weights) is [var channels, 1, _, _] && channels == width).ToArray();
        var neck = depthwise.Where(op => op.Integers("strides") is [2, 2]).Select(op => Filter(op, weights)![2]).Distinct().ToArray();

        // Four stride-2 pairs belong to the neck; the towers are the stride-1 ones of full width, spread over the levels.
        var pairs = depthwise.Count(op => op.Integers("strides") is [1, 1]) / Levels;
        var leaky = program.Operators.Any(op => op.Type == "leaky_relu");
        var variant = (width, neck, pairs, leaky) switch
        {
            (96, [3], 2, true) => "mainbody-lite",
            (128, [5], 4, false) => "picodet-lcnet",
            _ => $"neither of the two known variants ({width} channels, neck kernel {string.Join('/', neck)}, {pairs} head pairs, {(leaky ? "leaky ReLU" : "hard swish")})",
        };
        CheckProjection(weights);
        return new DetectorCut(variables, variant);
    }

    private static int[]? Filter(PaddleOperator op, IReadOnlyDictionary<string, NamedTensor> weights) => weights.GetValueOrDefault(op.Input("Filter"))?.Shape;

    private static string Biased(PaddleProgram program, PaddleOperator convolution)
    {
        var output = convolution.Output("Output");
        var add = program.Operators.FirstOrDefault(op => op.Type is "elementwise_add" or "add" && op.Input("X") == output);
        return add?.Output("Out") ?? output;
    }

    /// <summary>Stored projections drift from 0..7 by averaging; ours are exact, so only a real difference is refused (detector.md 1.7).</summary>
    public static void CheckProjection(IReadOnlyDictionary<string, NamedTensor> weights)
    {
        foreach (var (name, tensor) in weights)
        {
            if (tensor.Shape is not [Bins] || !(name.Contains("project", StringComparison.Ordinal) || name.StartsWith("dygraph_tmp", StringComparison.Ordinal))) continue;
            for (var i = 0; i < Bins; i++)
            {
                if (Math.Abs(tensor.Values[i] - i) > ProjectionTolerance) throw new ImportException($"{name}[{i}] is {tensor.Values[i]}; a projection of 0 to 7 was expected.");
            }
        }
    }
}
