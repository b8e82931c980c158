using System.Runtime.InteropServices;

namespace ShiTu.Inference.Engines.OpenVino;

/// <summary>ov_core.h.</summary>
internal static partial class OvCore
{
    /// <summary>Properties that <see cref="CompileModel"/> has room for.</summary>
    public const int MaximumProperties = 5;

    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_get_openvino_version")]
    public static partial OvStatus GetVersion(out OvVersion version);

    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_version_free")]
    public static partial void FreeVersion(ref OvVersion version);

    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_core_create")]
    public static partial OvStatus Create(out CoreHandle core);

    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_core_free")]
    public static partial void Free(nint core);

    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_core_read_model", StringMarshalling = StringMarshalling.Utf8)]
    public static partial OvStatus ReadModel(CoreHandle core, string xmlFile, string binFile, out ModelHandle model);

    /// <summary>
    /// The C function takes pairs of strings as variadic arguments. Linux on x64 and arm64 passes pointers to variadic functions as to
    /// others, so that this fixed signature is the same call; <paramref name="propertyArguments"/> says how many of them count.
    /// </summary>
    [LibraryImport(OpenVinoLibrary.Name, EntryPoint = "ov_core_compile_model", StringMarshalling = StringMarshalling.Utf8)]
    public static partial OvStatus CompileModel(
        CoreHandle core,
        ModelHandle model,
        string device,
        nuint propertyArguments,
        out CompiledModelHandle compiled,
        string? key1,
        string? value1,
        string? key2,
        string? value2,
        string? key3,
        string? value3,
        string? key4,
        string? value4,
        string? key5,
        string? value5);
}
