using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Ranks;

/// <summary>The C interface of Open MPI, whose handles are addresses of objects in its library. Loaded only where mpirun started several processes.</summary>
internal static unsafe partial class MpiLibrary
{
    /// <summary>MPI_THREAD_SERIALIZED: one call at a time.</summary>
    public const int Serialized = 2;

    private const string Name = "mpi";

    /// <summary>Where the library is looked for, by the loader's rules.</summary>
    public static IReadOnlyList<string> Names { get; } = ["libmpi.so.40", "libmpi.so.80", "libmpi.so"];

    /// <summary>All processes.</summary>
    public static nint World { get; private set; }

    /// <summary>64-bit floats.</summary>
    public static nint Double { get; private set; }

    private static nint Single { get; set; }

    /// <summary>Addition.</summary>
    public static nint Sum { get; private set; }

    /// <summary>MPI_IN_PLACE.</summary>
    public static void* InPlace => (void*)1;

    /// <summary>MPI's name of a tensor's numbers.</summary>
    public static nint TypeOf(ScalarType number) => number switch
    {
        ScalarType.Float32 => Single,
        ScalarType.Float64 => Double,
        _ => throw new ArgumentOutOfRangeException(nameof(number), number, "Ranks exchange 32-bit and 64-bit floats."),
    };

    /// <summary>Loads the library; a second call does nothing.</summary>
    /// <exception cref="LaunchException">It is not there, or is not Open MPI's.</exception>
    public static void Load(Launch launch, IReadOnlyList<string> names)
    {
        if (World != 0) return;
        nint library = 0;
        if (names.FirstOrDefault(name => NativeLibrary.TryLoad(name, out library)) is not { } found)
        {
            throw new LaunchException($"mpirun started this process as rank {launch.Rank} of {launch.Size}, but Open MPI's library was not found ({string.Join(", ", names)}). Install it (Debian: libopenmpi3), or set LD_LIBRARY_PATH to its folder.");
        }

        nint Symbol(string name) => NativeLibrary.TryGetExport(library, name, out var address) ? address
            : throw new LaunchException($"{found} has no {name}: it is another MPI than Open MPI, the only one that is called (Debian: libopenmpi3).");
        (Single, Double, Sum) = (Symbol("ompi_mpi_float"), Symbol("ompi_mpi_double"), Symbol("ompi_mpi_op_sum"));
        World = Symbol("ompi_mpi_comm_world");
        NativeLibrary.SetDllImportResolver(typeof(MpiLibrary).Assembly, (name, _, _) => name == Name ? library : 0);
    }

    [LibraryImport(Name, EntryPoint = "MPI_Init_thread")]
    public static partial int Initialize(nint argumentCount, nint arguments, int required, out int provided);

    [LibraryImport(Name, EntryPoint = "MPI_Comm_rank")]
    public static partial int Rank(nint group, out int rank);

    [LibraryImport(Name, EntryPoint = "MPI_Comm_size")]
    public static partial int Size(nint group, out int size);

    [LibraryImport(Name, EntryPoint = "MPI_Allreduce")]
    public static partial int AllReduce(void* own, void* result, int count, nint type, nint operation, nint group);

    [LibraryImport(Name, EntryPoint = "MPI_Allgather")]
    public static partial int AllGather(void* own, int ownCount, nint ownType, void* result, int count, nint type, nint group);

    [LibraryImport(Name, EntryPoint = "MPI_Bcast")]
    public static partial int Broadcast(void* buffer, int count, nint type, int root, nint group);

    [LibraryImport(Name, EntryPoint = "MPI_Barrier")]
    public static partial int Barrier(nint group);

    [LibraryImport(Name, EntryPoint = "MPI_Abort")]
    public static partial int Abort(nint group, int code);

    [LibraryImport(Name, EntryPoint = "MPI_Finalize")]
    public static partial int Close();
}
