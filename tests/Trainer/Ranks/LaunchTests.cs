using ShiTu.Trainer.Ranks;
using Xunit;

namespace ShiTu.Trainer.Tests.Ranks;

public sealed class LaunchTests
{
    [Fact]
    public void A_process_that_mpirun_did_not_start_or_started_alone_is_alone()
    {
        Assert.Equal(new Launch(0, 1), From());
        Assert.Equal(new Launch(0, 1), From(("OMPI_COMM_WORLD_SIZE", "1"), ("OMPI_COMM_WORLD_RANK", "0")));
        From().RequireAlone("train-det");
    }

    [Fact]
    public void One_of_several_knows_its_number_and_is_refused_what_one_process_does()
    {
        var launch = From(("OMPI_COMM_WORLD_SIZE", "4"), ("OMPI_COMM_WORLD_RANK", "3"));
        Assert.Equal(new Launch(3, 4), launch);
        Assert.Equal(new Launch(3, 4, Local: 1), From(("OMPI_COMM_WORLD_SIZE", "4"), ("OMPI_COMM_WORLD_RANK", "3"), ("OMPI_COMM_WORLD_LOCAL_RANK", "1")));
        Assert.Equal("train-det runs in one process; mpirun started 4.", Assert.Throws<LaunchException>(() => launch.RequireAlone("train-det")).Message);
    }

    [Fact]
    public void Another_launcher_than_Open_MPIs_is_refused() =>
        Assert.Contains("not Open MPI's", Assert.Throws<LaunchException>(() => From(("PMI_SIZE", "2"), ("PMI_RANK", "1"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_library_and_one_of_something_else_are_named()
    {
        var missing = Assert.Throws<LaunchException>(() => MpiLibrary.Load(new Launch(1, 2), ["libmpi-that-is-not-there.so"])).Message;
        Assert.Contains("rank 1 of 2", missing, StringComparison.Ordinal);
        Assert.Contains("libmpi-that-is-not-there.so", missing, StringComparison.Ordinal);
        Assert.Contains("libopenmpi3", missing, StringComparison.Ordinal);
        Assert.Contains("libc.so.6 has no ompi_mpi_float", Assert.Throws<LaunchException>(() => MpiLibrary.Load(new Launch(1, 2), ["libc.so.6"])).Message, StringComparison.Ordinal);
    }

    private static Launch From(params (string Name, string Value)[] variables) => Launch.From(variables.ToDictionary(pair => pair.Name, pair => pair.Value).GetValueOrDefault);
}
