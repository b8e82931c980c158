using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using ShiTu.TestKit;
using ShiTu.Trainer.Detection.Training;
using ShiTu.Trainer.Tests.Export;
using Xunit;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Tests.Import;

/// <summary>Has a script of its own write a network in Paddle's formats: <c>model.pdparams</c>, <c>inference.pdmodel</c>, <c>inference.pdiparams</c>.</summary>
internal static class PaddleWriter
{
    private static readonly Lazy<string?> Python = new(() => new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(python => Run(python, ["-c", "import numpy"]).Code == 0));

    /// <summary>Writes into <paramref name="folder"/>; the test is skipped where python3 or numpy is missing.</summary>
    public static void Write(nn.Module network, string kind, int side, int protocol, string folder)
    {
        Assert.SkipWhen(Python.Value is null, "python3 with numpy is not installed (Debian: python3-numpy).");
        using var bytes = new MemoryStream();
        var tensors = new List<Dictionary<string, object>>();
        foreach (var (name, value) in NamedState.Of(network))
        {
            tensors.Add(new() { ["name"] = name, ["shape"] = value.shape, ["offset"] = bytes.Length / sizeof(float) });
            bytes.Write(MemoryMarshal.AsBytes(RandomNetworks.Run(() => value.detach().clone()).AsSpan()));
        }

        var description = Path.Combine(folder, "network.json");
        File.WriteAllText(description, JsonSerializer.Serialize(new Dictionary<string, object> { ["network"] = kind, ["side"] = side, ["tensors"] = tensors }));
        File.WriteAllBytes(Path.Combine(folder, "network.bin"), bytes.ToArray());
        var script = Path.Combine(TestFiles.Root, "tests", "Trainer", "Import", "paddle_writer.py");
        var (code, errors) = Run(Python.Value, [script, description, folder, protocol.ToString(CultureInfo.InvariantCulture)]);
        Assert.True(code == 0, errors);
    }

    private static (int Code, string Errors) Run(string program, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, errors);
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return (-1, error.Message);
        }
    }
}
