using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Training;

/// <summary>Times training steps and bare steps in turns, so that a machine that slows down slows both.</summary>
internal static class SpeedTrial
{
    // Batches that are made ahead while the bare steps run are few beside a round's own.
    private const int Rounds = 3;
    private const int Steps = 20;

    /// <summary>Measures after a step of each to warm up.</summary>
    /// <param name="pictures">Pictures a step.</param>
    /// <param name="train">One whole training step.</param>
    /// <param name="bare">One forward and backward.</param>
    /// <param name="token">Cancels between steps.</param>
    public static SpeedReport Run(int pictures, Action train, Action bare, CancellationToken token)
    {
        Seconds(train, 2, token);
        Seconds(bare, 2, token);
        var rounds = Enumerable.Range(0, Rounds).Select(_ => (Train: Seconds(train, Steps, token), Bare: Seconds(bare, Steps, token))).ToList();
        double Speed(Func<(double Train, double Bare), double> seconds) => pictures * Steps / rounds.Select(seconds).Order().ElementAt(Rounds / 2);
        return new(Speed(round => round.Train), Speed(round => round.Bare), rounds.Select(round => round.Bare / round.Train).Order().ElementAt(Rounds / 2));
    }

    private static double Seconds(Action step, int count, CancellationToken token)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            token.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            step();
        }

        // A GPU is handed its work and works on.
        if (get_default_device().type == DeviceType.CUDA)
        {
            cuda.synchronize();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
