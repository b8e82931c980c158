using System.Numerics.Tensors;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Features;
using ShiTu.Inference.Imaging;

namespace ShiTu.Inference.Models;

/// <summary>The golden crop of decision 10: a picture made by rule, whose embedding is recorded at export and must come out again on every machine.</summary>
public static class ModelSelfTest
{
    /// <summary>Cosine below which the self-test fails: far below what f32 or bf16 arithmetic changes, far above another model.</summary>
    public const float LeastCosine = 0.98f;

    private const int Side = 192;

    /// <summary>Embeds the picture and writes the result into the folder's manifest.</summary>
    public static ModelManifest Record(string folder)
    {
        var manifest = ModelManifest.Read(folder);
        using var engine = InferenceEngines.Open(folder, new EngineOptions { Engine = "onnxruntime" });
        using var extractor = new FeatureExtractor(engine, manifest);
        return ModelManifest.Write(folder, manifest.Name, manifest.Kind, manifest.Preparation, manifest.Outputs, manifest.Dimension, manifest.Strides, Embed(extractor));
    }

    /// <summary>Checks that the model gives what was recorded; does nothing where nothing was.</summary>
    /// <exception cref="SelfTestException">It gives something else; the message has the similarity.</exception>
    public static void Check(FeatureExtractor extractor, ModelManifest manifest, IInferenceEngine engine)
    {
        if (manifest.SelfTest is not { } golden)
        {
            return;
        }

        var cosine = TensorPrimitives.CosineSimilarity(Embed(extractor), golden.ToArray());
        if (!(cosine >= LeastCosine))
        {
            throw new SelfTestException($"{manifest.Name} failed its self-test on {engine.Name} ({engine.Precision}): similarity {cosine:0.0000} to its recorded embedding, at least {LeastCosine} is right. Set models.engine to onnxruntime.");
        }
    }

    private static float[] Embed(FeatureExtractor extractor)
    {
        var vector = new float[extractor.Dimension];
        extractor.Extract(Picture().View, [new PixelRect(0, 0, Side, Side)], vector);
        return vector;
    }

    // Waves of three directions and a disc: structure at several scales, the same on every machine because it is made of whole numbers.
    private static Picture Picture()
    {
        var pixels = new byte[Side * Side * 3];
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var inside = ((x - 96) * (x - 96)) + ((y - 96) * (y - 96)) < 64 * 64;
                var at = ((y * Side) + x) * 3;
                pixels[at] = (byte)(inside ? 200 - Triangle(x * 5) : Triangle(x + y));
                pixels[at + 1] = (byte)(inside ? Triangle(y * 7) : 60);
                pixels[at + 2] = (byte)(inside ? Triangle((x * 3) - (y * 2)) : Triangle(y));
            }
        }

        return new Picture(pixels, Side, Side, PixelOrder.Rgb);
    }

    private static int Triangle(int at) => Math.Abs((((at % 256) + 256) % 256) - 128);
}
