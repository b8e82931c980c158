using ShiTu.TestKit;
using Xunit;

namespace ShiTu.EndToEnd.Tests;

public sealed class RepositoryTests
{
    [Fact]
    public void The_repository_is_found_from_the_test_binary() => Assert.True(File.Exists(Path.Combine(TestFiles.Root, "ShiTu.Edge.sln")));
}
