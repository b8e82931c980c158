using System.Numerics.Tensors;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Imaging;
using ShiTu.Inference.Models;

namespace ShiTu.Inference.Features;

/// <summary>Turns crops into embeddings of unit length. One thread at a time; allocates nothing once warm.</summary>
public sealed class FeatureExtractor : IDisposable
{
    private static readonly int[] Batches = [8, 4, 2, 1];
    private readonly IInferenceRequest?[] _requests = new IInferenceRequest?[Batches.Length];
    private readonly IInferenceEngine _engine;
    private readonly ModelManifest _manifest;
    private readonly PairedPreparer _preparer;

    /// <summary>Takes requests of its own from <paramref name="engine"/>, which it does not own.</summary>
    /// <param name="engine">A loaded feature model.</param>
    /// <param name="manifest">Its manifest.</param>
    /// <exception cref="ModelException">The model's input or output is not what the manifest says.</exception>
    public FeatureExtractor(IInferenceEngine engine, ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(manifest);
        _engine = engine;
        _manifest = manifest;
        _preparer = new PairedPreparer(manifest.Preparation, engine.Threads);
        try
        {
            Request(Batches.Length - 1);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Floats an embedding.</summary>
    public int Dimension => _manifest.Dimension;

    /// <summary>Makes the requests of all batch sizes now, so that no frame waits for one.</summary>
    public void WarmUp()
    {
        for (var size = 0; size < Batches.Length; size++)
        {
            Request(size);
        }
    }

    /// <summary>Embeds every crop of <paramref name="picture"/>, in batches of 8, 4, 2 and 1.</summary>
    /// <param name="picture">The frame.</param>
    /// <param name="crops">Rectangles inside the frame; may be empty.</param>
    /// <param name="embeddings">Receives <c>crops.Length * Dimension</c> floats, row by row, each row of unit length.</param>
    /// <exception cref="InferenceException">The model gave a vector that is zero or not finite.</exception>
    public void Extract(PictureView picture, ReadOnlySpan<PixelRect> crops, Span<float> embeddings)
    {
        if (embeddings.Length < crops.Length * Dimension)
        {
            throw new ArgumentException($"{embeddings.Length} floats are too few for {crops.Length} embeddings of {Dimension}.", nameof(embeddings));
        }

        for (var size = 0; size < Batches.Length; size++)
        {
            while (crops.Length >= Batches[size])
            {
                Run(size, picture, crops[..Batches[size]], embeddings);
                crops = crops[Batches[size]..];
                embeddings = embeddings[(Batches[size] * Dimension)..];
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var request in _requests)
        {
            request?.Dispose();
        }

        _preparer.Dispose();
    }

    private void Run(int size, PictureView picture, ReadOnlySpan<PixelRect> crops, Span<float> embeddings)
    {
        var request = Request(size);
        _preparer.Prepare(picture, crops, request.Input(0));
        request.Run();
        var output = request.Output(0);
        for (var at = 0; at < crops.Length; at++)
        {
            var vector = embeddings.Slice(at * Dimension, Dimension);
            var raw = output.Slice(at * Dimension, Dimension);
            var norm = TensorPrimitives.Norm(raw);
            if (!float.IsFinite(norm) || norm <= 0)
            {
                throw new InferenceException($"{_manifest.Name} on {_engine.Name} ({_engine.Precision}) gave an embedding of length {norm}; the model or the engine's precision is not fit for this machine.");
            }

            TensorPrimitives.Divide(raw, norm, vector);
        }
    }

    private IInferenceRequest Request(int size)
    {
        if (_requests[size] is { } made)
        {
            return made;
        }

        var request = _engine.CreateRequest(Batches[size]);
        _requests[size] = request;
        ModelInput.Check(request, _manifest, Batches[size]);
        if (request.Outputs.Count != 1 || !request.Outputs[0].Shape.SequenceEqual([Batches[size], Dimension]))
        {
            var found = string.Join(", ", request.Outputs.Select(output => $"[{string.Join(',', output.Shape)}]"));
            throw new ModelException($"{_manifest.Name}: the model gives {found}; its manifest says [{Batches[size]},{Dimension}].");
        }

        return request;
    }
}
