using System.Globalization;

namespace ShiTu.Trainer.Ranks;

/// <summary>How a process was started: by itself, or by <c>mpirun</c> with others.</summary>
/// <param name="Rank">Its number, from 0.</param>
/// <param name="Size">Processes that were started together; 1 without mpirun.</param>
/// <param name="Local">Its number among those of the same machine, from 0.</param>
internal readonly record struct Launch(int Rank, int Size, int Local = 0)
{
    /// <summary>This process's.</summary>
    public static Launch OfThisProcess() => From(Environment.GetEnvironmentVariable);

    /// <summary>Reads what launchers leave in the environment.</summary>
    /// <exception cref="LaunchException">The launcher is not Open MPI's, whose binary interface is the one that is called.</exception>
    public static Launch From(Func<string, string?> variable)
    {
        int Number(string name) => int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
        var size = Number("OMPI_COMM_WORLD_SIZE");
        if (size == 0 && Number("PMI_SIZE") is > 1 and var foreign)
        {
            throw new LaunchException($"Started as one of {foreign} processes by a launcher that is not Open MPI's. Use Open MPI's mpirun (Debian: openmpi-bin).");
        }

        return size > 1 ? new(Number("OMPI_COMM_WORLD_RANK"), size, Number("OMPI_COMM_WORLD_LOCAL_RANK")) : new(0, 1);
    }

    /// <summary>Refuses several processes for what one process does.</summary>
    /// <exception cref="LaunchException">There are several.</exception>
    public void RequireAlone(string what)
    {
        if (Size > 1) throw new LaunchException($"{what} runs in one process; mpirun started {Size}.");
    }
}
