using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ShiTu.Trainer.Detection.Evaluation;
using ShiTu.Trainer.Detection.Losses;
using ShiTu.Trainer.Detection.Networks;
using ShiTu.Trainer.Devices;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace ShiTu.Trainer.Detection.Training;

/// <summary>
/// A detector that teaches every prior, not only the boxes that are left after NMS. It sees the batch at its own input size; its maps are
/// brought to the batch's grid level by level, bilinearly: inside one object a distance is linear in the place, so nothing is lost by that.
/// </summary>
internal sealed class DenseTeacher(PicoDetSession session, int threads) : IDisposable
{
    /// <summary>Score of the best class, then the four distances.</summary>
    private const int Channels = 5;

    /// <summary>Teaches the pictures of a batch that were not drawn; null when all were.</summary>
    /// <param name="input">[N,3,size,size], normalised.</param>
    /// <param name="drawn">Whether each picture was drawn.</param>
    public DenseTargets? Teach(Tensor input, bool[] drawn)
    {
        long[] pictures = [.. Enumerable.Range(0, drawn.Length).Where(i => !drawn[i]).Select(i => (long)i)];
        if (pictures.Length == 0)
        {
            return null;
        }

        using var nograd = no_grad();
        using var scope = NewDisposeScope();
        var places = tensor(pictures);
        var (height, width, size) = (session.Priors.Height, session.Priors.Width, input.shape[2]);
        var seen = Placement.ToMain(nn.functional.interpolate(input.index_select(0, places), [height, width], mode: InterpolationMode.Bilinear, align_corners: false));
        var planes = MemoryMarshal.Cast<byte, float>(seen.bytes).ToArray();
        var maps = new float[pictures.Length][];

        // A picture a thread: the teacher's layers are too small to be worth sharing one between threads.
        Parallel.For(0, pictures.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            maps[i] = Opinion(planes.AsMemory(i * 3 * height * width, 3 * height * width)));
        var all = cat([.. DetectorShape.Strides.Select((stride, level) => OnGrid(maps, level, stride, size))], 1);
        return new(places.MoveToOuterDisposeScope(), all.select(2, 0).contiguous().MoveToOuterDisposeScope(), all.narrow(2, 1, 4).contiguous().MoveToOuterDisposeScope());
    }

    public void Dispose() => session.Dispose();

    private float[] Opinion(Memory<float> planes)
    {
        using var results = session.Run(planes);
        var opinion = new float[Channels * session.Priors.Count];
        var cell = 0;
        for (var level = 0; level < PicoDetSession.Levels; level++)
        {
            var scores = results[level].GetTensorDataAsSpan<float>();
            var sides = results[level + PicoDetSession.Levels].GetTensorDataAsSpan<float>();
            var cells = sides.Length / (4 * DetectorShape.Bins);
            var classes = scores.Length / cells;
            for (var i = 0; i < cells; i++, cell++)
            {
                opinion[Channels * cell] = TensorPrimitives.Max(scores.Slice(i * classes, classes));
                for (var side = 0; side < 4; side++)
                {
                    opinion[(Channels * cell) + 1 + side] = DistanceDecoder.Distance(sides.Slice(((4 * i) + side) * DetectorShape.Bins, DetectorShape.Bins));
                }
            }
        }

        return opinion;
    }

    /// <summary>A level of all pictures on the batch's grid: [K, cells, 5], distances in strides of the batch's size.</summary>
    private Tensor OnGrid(float[][] opinions, int level, int stride, long size)
    {
        var (rows, columns) = ((session.Priors.Height + stride - 1) / stride, (session.Priors.Width + stride - 1) / stride);
        var first = DetectorShape.Strides.Take(level).Sum(s => ((session.Priors.Height + s - 1) / s) * ((session.Priors.Width + s - 1) / s));
        var values = opinions.SelectMany(opinion => opinion.Skip(first * Channels).Take(rows * columns * Channels)).ToArray();
        var map = tensor(values).reshape(opinions.Length, rows, columns, Channels).permute(0, 3, 1, 2);
        var cells = (size + stride - 1) / stride;
        var scale = (float)size / session.Priors.Height;
        var onGrid = rows == cells ? map : nn.functional.interpolate(map, [cells, cells], mode: InterpolationMode.Bilinear, align_corners: false);
        return onGrid.flatten(2).transpose(1, 2) * tensor(new[] { 1, scale, scale, scale, scale });
    }
}
