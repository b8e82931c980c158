using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ShiTu.Index.Native;

/// <summary>USearch's C API (<c>c/usearch.h</c> 2.26), the part that is used. Enumerations and layout are the header's.</summary>
internal static unsafe partial class UsearchNative
{
    private const string Library = "usearch_c";
    private const string FileName = "libusearch_c.so";

    /// <summary><c>usearch_scalar_f64_k</c>.</summary>
    public const int ScalarF64 = 2;

#pragma warning disable CA2255 // The resolver must be in place before the first call, whoever makes it.
    [ModuleInitializer]
    public static void UseOwnFolder() => NativeLibrary.SetDllImportResolver(typeof(UsearchNative).Assembly, Resolve);
#pragma warning restore CA2255

    [LibraryImport(Library, EntryPoint = "usearch_init")]
    public static partial nint Init(in Options options, out nint error);

    [LibraryImport(Library, EntryPoint = "usearch_free")]
    public static partial void Free(nint index, out nint error);

    [LibraryImport(Library, EntryPoint = "usearch_reserve")]
    public static partial void Reserve(UsearchHandle index, nuint capacity, out nint error);

    [LibraryImport(Library, EntryPoint = "usearch_change_threads_search")]
    public static partial void ChangeThreadsSearch(UsearchHandle index, nuint threads, out nint error);

    [LibraryImport(Library, EntryPoint = "usearch_add")]
    public static partial void Add(UsearchHandle index, ulong key, void* vector, int kind, out nint error);

    [LibraryImport(Library, EntryPoint = "usearch_search")]
    public static partial nuint Search(UsearchHandle index, void* query, int kind, nuint count, ulong* keys, float* distances, out nint error);

    /// <summary>Throws what the library says went wrong.</summary>
    public static void Check(nint error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"USearch: {Marshal.PtrToStringUTF8(error)}");
        }
    }

    /// <summary>Whether the library is there.</summary>
    public static bool IsAvailable { get; } = NativeLibrary.TryLoad(Path.Combine(AppContext.BaseDirectory, FileName), out _) || NativeLibrary.TryLoad(FileName, out _);

    /// <summary>What to throw where it is not.</summary>
    public static DllNotFoundException Missing() =>
        new($"{FileName} was looked for at {Path.Combine(AppContext.BaseDirectory, FileName)} and in the loader's paths. ./build.sh publish builds it; index.kind exact does without.");

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
        {
            return 0;
        }

        var beside = Path.Combine(AppContext.BaseDirectory, FileName);
        return NativeLibrary.TryLoad(beside, out var handle) || NativeLibrary.TryLoad(FileName, assembly, path, out handle)
            ? handle
            : throw Missing();
    }

    /// <summary><c>usearch_init_options_t</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Options
    {
        /// <summary>0: the function in <see cref="Metric"/>.</summary>
        public int MetricKind;

        /// <summary>Distance of two stored values.</summary>
        public delegate* unmanaged[Cdecl]<void*, void*, float> Metric;

        /// <summary>How values are stored.</summary>
        public int Quantization;

        /// <summary>Scalars a value.</summary>
        public nuint Dimensions;

        /// <summary>Links a node.</summary>
        public nuint Connectivity;

        /// <summary>Candidates while building.</summary>
        public nuint ExpansionAdd;

        /// <summary>Candidates while searching.</summary>
        public nuint ExpansionSearch;

        /// <summary>Several values a key.</summary>
        public byte Multi;
    }
}
