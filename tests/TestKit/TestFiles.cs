using Xunit;

namespace ShiTu.TestKit;

/// <summary>Where tests find the repository and the material beside it.</summary>
public static class TestFiles
{
    /// <summary>The repository's root: the folder that holds <c>ShiTu.Edge.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file or folder of the material beside the repository (<c>../shared</c>); the test is skipped with a reason where it is absent.</summary>
    public static string Shared(string relative)
    {
        var path = Path.GetFullPath(Path.Combine(Root, "..", "shared", relative));
        Assert.SkipUnless(File.Exists(path) || Directory.Exists(path), $"{relative} is not beside this clone (../shared); it is material for developers, no part of the product.");
        return path;
    }

    /// <summary>A new folder for a file that is written a million times: in memory where the system has such a place. The caller deletes it.</summary>
    public static string CreateScratchFolder() => Directory.Exists("/dev/shm") ? Directory.CreateDirectory($"/dev/shm/shitu-{Guid.NewGuid():N}").FullName : Directory.CreateTempSubdirectory("shitu-").FullName;

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ShiTu.Edge.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds ShiTu.Edge.sln.");
    }
}
