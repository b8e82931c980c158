using Xunit;

// libtorch's random numbers and thread count belong to the process: tests that seed them must not run side by side.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
