using ShiTu.TestKit;
using Xunit;

namespace ShiTu.EndToEnd.Tests.Programs;

/// <summary>The published native binary, as a user installs it.</summary>
internal static class PublishedAgent
{
    /// <summary>The model folders beside it.</summary>
    public static string Models => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, "models");

    /// <summary>The build this processor runs.</summary>
    public static string Path { get; } = Find();

    /// <summary>Starts a verb.</summary>
    public static RunningProgram Start(params IEnumerable<string> arguments) => Start(new Dictionary<string, string>(), arguments);

    /// <summary>Starts a verb with further environment variables.</summary>
    public static RunningProgram Start(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        Assert.SkipUnless(File.Exists(Path), $"{Path} is not published; ./build.sh publish makes it.");
        return RunningProgram.Start(Path, arguments, environment);
    }

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(IEnumerable<string> arguments, TimeSpan? limit = null)
    {
        await using var program = Start(arguments);
        var code = await program.ExitAsync(limit ?? TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        return (code, program.Output, program.Errors);
    }

    /// <summary>Runs a verb that must end with an exit code and name what is wrong, without a stack trace.</summary>
    /// <returns>Its standard output.</returns>
    public static async Task<string> RefuseAsync(int exitCode, IEnumerable<string> arguments, params string[] named)
    {
        var (code, output, errors) = await RunAsync(arguments);
        Assert.True(code == exitCode, $"exit code {code}, expected {exitCode}.\n{errors}");
        Assert.All(named, text => Assert.Contains(text, errors, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        return output;
    }

    private static string Find()
    {
        var v3 = System.Runtime.Intrinsics.X86.Avx2.IsSupported && System.Runtime.Intrinsics.X86.Fma.IsSupported;
        return System.IO.Path.Combine(TestFiles.Root, "artifacts", v3 ? "linux-x64-v3" : "linux-x64", "shitu-edge");
    }
}
