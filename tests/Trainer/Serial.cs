using Xunit.Sdk;
using Xunit.v3;

// libtorch's random numbers and thread count belong to the process: tests that seed them must not run side by side.
[assembly: Parallelization(Mode = ParallelMode.None)]
