using System.Reflection;
using System.Runtime.InteropServices;

namespace ShiTu.Inference.Engines.OpenVino;

/// <summary>Finds and loads <c>libopenvino_c</c>, once a process: the configured path, else the loader's paths, else the usual install folders.</summary>
internal static class OpenVinoLibrary
{
    /// <summary>The name that the imports carry.</summary>
    public const string Name = "openvino_c";

    private const string Pattern = "libopenvino_c.so*";

    private static readonly string[] PythonPackages = ["site-packages", "dist-packages"];
    private static readonly Lock Gate = new();
    private static nint _handle;
    private static string _path = "";

    /// <summary>Loads the library.</summary>
    /// <param name="configured">Path of the library file, or of the folder that holds it; empty to search.</param>
    /// <returns>Where it was found.</returns>
    /// <exception cref="InferenceException">It was not found; the message says where it was looked for.</exception>
    public static string Load(string configured) => TryLoad(configured, out var problem) ? _path : throw new InferenceException(problem);

    /// <summary>Loads the library, or says where it was looked for.</summary>
    public static bool TryLoad(string configured, out string problem)
    {
        lock (Gate)
        {
            problem = _handle == 0 ? Find(configured)
                : configured.Length > 0 && !Same(configured) ? $"OpenVINO is already loaded from {_path}; this process cannot load {configured} too."
                : "";
            return problem.Length == 0;
        }
    }

    /// <summary>Where the library is looked for, in order, when no path is configured.</summary>
    public static IReadOnlyList<string> SearchFolders()
    {
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "intel64";
        var triplet = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        List<string> folders = [AppContext.BaseDirectory];
        if (Environment.GetEnvironmentVariable("INTEL_OPENVINO_DIR") is { Length: > 0 } root) folders.Add(Path.Combine(root, "runtime/lib", architecture));
        folders.AddRange(Matching("/opt/intel", "openvino*").Select(folder => Path.Combine(folder, "runtime/lib", architecture)));
        folders.AddRange([$"/usr/lib/{triplet}", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64", "/usr/lib"]);

        // The Python package carries the same libraries.
        if (Environment.GetEnvironmentVariable("VIRTUAL_ENV") is { Length: > 0 } environment) folders.AddRange(PythonFolders(Path.Combine(environment, "lib")));
        if (home.Length > 0) folders.AddRange(PythonFolders(Path.Combine(home, ".local/lib")));
        folders.AddRange(PythonFolders("/usr/local/lib"));
        return folders;
    }

    private static string Find(string configured)
    {
        var tried = new List<string>();
        foreach (var candidate in configured.Length > 0 ? InFolderOrFile(configured) : Candidates())
        {
            if (NativeLibrary.TryLoad(candidate, out _handle))
            {
                _path = candidate;
                NativeLibrary.SetDllImportResolver(typeof(OpenVinoLibrary).Assembly, Resolve);
                return "";
            }

            tried.Add(candidate);
        }

        var where = configured.Length > 0 ? configured : "the loader's paths, " + string.Join(", ", SearchFolders());
        var found = tried.Where(File.Exists).ToArray();
        return $"No OpenVINO: {Pattern} was not found in {where}."
            + (found.Length > 0 ? $" {string.Join(", ", found)} exists but does not load: a library that it needs is missing, or it is of another architecture." : "")
            + " Install the OpenVINO runtime, or set the path of libopenvino_c.so, or use engine onnxruntime.";
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Name ? _handle : 0;

    private static IEnumerable<string> Candidates() => SearchFolders().SelectMany(InFolder).Prepend("libopenvino_c.so");

    private static IEnumerable<string> InFolderOrFile(string path) => Directory.Exists(path) ? InFolder(path) : [path];

    private static IEnumerable<string> InFolder(string folder)
    {
        // The name without a version first, then the newest: a Python package has only names with one.
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, Pattern).Order(StringComparer.Ordinal).Take(1).Concat(Directory.EnumerateFiles(folder, Pattern).OrderDescending(StringComparer.Ordinal)).Distinct() : [];
    }

    private static IEnumerable<string> PythonFolders(string library) =>
        Matching(library, "python3*").SelectMany(python => PythonPackages.Select(packages => Path.Combine(python, packages, "openvino/libs")));

    private static IEnumerable<string> Matching(string folder, string pattern) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, pattern).OrderDescending(StringComparer.Ordinal) : [];

    private static bool Same(string configured) => InFolderOrFile(configured).Any(candidate => Path.GetFullPath(candidate) == Path.GetFullPath(_path));
}
