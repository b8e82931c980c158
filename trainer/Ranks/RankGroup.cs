using ShiTu.Trainer.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Ranks;

/// <summary>
/// The processes of one training, started by <c>mpirun</c>. Every rank makes the same calls in the same order, from the thread that trains; a call
/// returns when all have made it. Tensors may lie on any device: messages go through main memory. An error inside MPI ends all of them (its own default).
/// </summary>
public sealed unsafe class RankGroup : IDisposable
{
    private readonly nint _world = MpiLibrary.World;

    private RankGroup(int rank, int size, int local) => (Rank, Size, Local) = (rank, size, local);

    /// <summary>This process's number, from 0. Rank 0 writes and shows.</summary>
    public int Rank { get; }

    /// <summary>Processes, at least 2.</summary>
    public int Size { get; }

    /// <summary>This process's number among those of its machine, from 0.</summary>
    public int Local { get; }

    /// <summary>Whether this is rank 0.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>Joins the others; null, and no library is loaded, where there are none.</summary>
    /// <exception cref="LaunchException">There are others, but Open MPI's library is missing.</exception>
    public static RankGroup? Join()
    {
        var launch = Launch.OfThisProcess();
        if (launch.Size == 1) return null;
        MpiLibrary.Load(launch, MpiLibrary.Names);
        _ = MpiLibrary.Initialize(0, 0, MpiLibrary.Serialized, out _);
        _ = MpiLibrary.Rank(MpiLibrary.World, out var rank);
        _ = MpiLibrary.Size(MpiLibrary.World, out var size);
        return new RankGroup(rank, size, launch.Local);
    }

    /// <summary>Rank 0's number, on every rank.</summary>
    public double FromFirst(double value) => Sum(IsFirst ? value : 0);

    /// <summary>True where it is true on any rank.</summary>
    public bool Any(bool value) => Sum(value ? 1 : 0) > 0;

    /// <summary>Sum over the ranks.</summary>
    public double Sum(double value)
    {
        _ = MpiLibrary.AllReduce(MpiLibrary.InPlace, &value, 1, MpiLibrary.Double, MpiLibrary.Sum, _world);
        return value;
    }

    /// <summary>Replaces a contiguous tensor by the sum over the ranks.</summary>
    public void Sum(Tensor values)
    {
        using var main = values.cpu();
        _ = MpiLibrary.AllReduce(MpiLibrary.InPlace, TensorMemory.Start(main), checked((int)main.numel()), MpiLibrary.TypeOf(main.dtype), MpiLibrary.Sum, _world);

        // What lies in main memory is the same memory.
        if (values.device_type != DeviceType.CPU) values.copy_(main);
    }

    /// <summary>Replaces each tensor by its mean over the ranks, all in one message.</summary>
    public void Average(IReadOnlyList<Tensor> tensors)
    {
        using var nograd = no_grad();
        using var scope = NewDisposeScope();
        var all = cat([.. tensors.Select(tensor => tensor.reshape(-1))]);
        Sum(all);
        all.div_(Size);
        var at = 0L;
        foreach (var tensor in tensors)
        {
            tensor.copy_(all.narrow(0, at, tensor.numel()).reshape(tensor.shape));
            at += tensor.numel();
        }
    }

    /// <summary>[n, …] of every rank below each other, [ranks · n, …]; n is the same everywhere. No gradient flows.</summary>
    public Tensor Gather(Tensor rows)
    {
        using var nograd = no_grad();
        using var scope = NewDisposeScope();
        var own = rows.detach().contiguous().cpu();
        var all = empty([own.shape[0] * Size, .. own.shape[1..]], dtype: own.dtype, device: CPU);
        var (count, type) = (checked((int)own.numel()), MpiLibrary.TypeOf(own.dtype));
        _ = MpiLibrary.AllGather(TensorMemory.Start(own), count, type, TensorMemory.Start(all), count, type, _world);
        return all.to(rows.device).MoveToOuterDisposeScope();
    }

    /// <summary>Replaces a tensor by rank 0's.</summary>
    public void TakeFromFirst(Tensor values)
    {
        using var nograd = no_grad();
        using var scope = NewDisposeScope();
        var whole = values.detach().contiguous().cpu();
        _ = MpiLibrary.Broadcast(TensorMemory.Start(whole), checked((int)whole.numel()), MpiLibrary.TypeOf(whole.dtype), 0, _world);
        values.copy_(whole);
    }

    /// <summary>Returns when every rank is here.</summary>
    public void Wait() => _ = MpiLibrary.Barrier(_world);

    /// <summary>Ends every rank, this one included, with an exit code: others wait for this one in a call that it will not make.</summary>
    public void Abort(int code) => _ = MpiLibrary.Abort(_world, code);

    /// <summary>Leaves; the process cannot join again.</summary>
    public void Dispose() => _ = MpiLibrary.Close();
}
