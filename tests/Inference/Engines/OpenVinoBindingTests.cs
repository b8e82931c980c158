using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Engines.OpenVino;
using Xunit;

namespace ShiTu.Inference.Tests.Engines;

public sealed class OpenVinoBindingTests
{
    // From openvino/c/*.h of 2024.x, by header.
    private static readonly string[] HeaderNames =
    [
        "ov_get_error_info", "ov_get_last_err_msg", "ov_free",
        "ov_get_openvino_version", "ov_version_free", "ov_core_create", "ov_core_free", "ov_core_read_model", "ov_core_compile_model",
        "ov_model_free", "ov_model_inputs_size", "ov_model_outputs_size", "ov_model_const_input_by_index", "ov_model_const_output_by_index", "ov_model_reshape_by_port_indexes",
        "ov_const_port_get_shape", "ov_port_get_any_name", "ov_output_const_port_free", "ov_shape_free",
        "ov_compiled_model_create_infer_request", "ov_compiled_model_get_property", "ov_compiled_model_free",
        "ov_infer_request_get_input_tensor_by_index", "ov_infer_request_get_output_tensor_by_index", "ov_infer_request_infer", "ov_infer_request_free",
        "ov_tensor_get_byte_size", "ov_tensor_data", "ov_tensor_free",
    ];

    [Fact]
    public void Every_import_is_a_function_of_the_headers_and_none_is_missing()
    {
        var imports = typeof(OvCore).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(OvCore).Namespace)
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => method.GetCustomAttribute<DllImportAttribute>())
            .OfType<DllImportAttribute>()
            .ToArray();
        Assert.All(imports, import => Assert.Equal(OpenVinoLibrary.Name, import.Value));
        Assert.Equal(HeaderNames.Order(), imports.Select(import => import.EntryPoint).Distinct().Order());
    }

    [Fact]
    public unsafe void Structures_have_the_layout_of_the_headers()
    {
        // ov_shape_t { int64_t rank; int64_t* dims; }
        Assert.Equal(16, sizeof(OvShape));
        Assert.Equal(8, (int)Marshal.OffsetOf<OvShape>(nameof(OvShape.Dims)));

        // ov_dimension_t { int64_t min; int64_t max; }, ov_rank_t the same
        Assert.Equal(16, sizeof(OvDimension));
        Assert.Equal(8, (int)Marshal.OffsetOf<OvDimension>(nameof(OvDimension.Max)));

        // ov_partial_shape_t { ov_rank_t rank; ov_dimension_t* dims; }
        Assert.Equal(24, sizeof(OvPartialShape));
        Assert.Equal(16, (int)Marshal.OffsetOf<OvPartialShape>(nameof(OvPartialShape.Dims)));

        // ov_version_t { const char* buildNumber; const char* description; }
        Assert.Equal(16, sizeof(OvVersion));

        // ov_status_e is an int
        Assert.Equal(sizeof(int), Unsafe.SizeOf<OvStatus>());
    }

    [Fact]
    public void A_missing_library_says_where_it_was_looked_for()
    {
        var missing = Path.Combine(Path.GetTempPath(), "no-such-folder", "libopenvino_c.so");
        Assert.False(OpenVinoLibrary.TryLoad(missing, out var problem));
        Assert.Contains(missing, problem, StringComparison.Ordinal);
        Assert.Contains("onnxruntime", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_library_is_named()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("shitu-ov-").FullName, "libopenvino_c.so.2410");
        File.WriteAllText(file, "not a library");
        Assert.False(OpenVinoLibrary.TryLoad(Path.GetDirectoryName(file)!, out var problem));
        Assert.Contains($"{file} exists but does not load", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_search_covers_the_usual_install_folders()
    {
        var folders = OpenVinoLibrary.SearchFolders();
        Assert.Contains(AppContext.BaseDirectory, folders);
        Assert.Contains("/usr/local/lib", folders);
    }

    [Theory]
    [InlineData("tensorrt", "auto", 0, "engine \"tensorrt\"")]
    [InlineData("auto", "int4", 0, "precision \"int4\"")]
    [InlineData("auto", "auto", -1, "threads is -1")]
    [InlineData("onnxruntime", "bf16", 0, "bf16 needs the OpenVINO engine")]
    public void Options_outside_the_list_are_refused(string engine, string precision, int threads, string reason)
    {
        var error = Assert.Throws<InferenceException>(() => new EngineOptions { Engine = engine, Precision = precision, Threads = threads }.Check());
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
