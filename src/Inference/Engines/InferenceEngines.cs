using ShiTu.Inference.Engines.OnnxRuntime;
using ShiTu.Inference.Engines.OpenVino;
using ShiTu.Inference.Ir;
using ShiTu.Inference.Models;

namespace ShiTu.Inference.Engines;

/// <summary>Opens models with the engine that the options ask for.</summary>
public static class InferenceEngines
{
    /// <summary>Loads a model.</summary>
    /// <param name="path">A model folder (its <c>model.xml</c> is taken) or the path of an OpenVINO IR <c>.xml</c>, its <c>.bin</c> beside it.</param>
    /// <param name="options">Engine, precision and threads.</param>
    /// <exception cref="ModelException">The files are missing or damaged, or hold an operator that no engine here runs.</exception>
    /// <exception cref="InferenceException">The engine asked for is not there or does not run the model.</exception>
    public static IInferenceEngine Open(string path, EngineOptions options)
    {
        options.Check();
        var graph = IrReader.Read(Directory.Exists(path) ? Path.Combine(path, "model.xml") : path);
        return options.Engine switch
        {
            "onnxruntime" => OnnxRuntimeEngine.Open(graph, options, ""),
            "openvino" => OpenVinoEngine.Open(graph, options, ""),
            _ => OpenBest(graph, options),
        };
    }

    /// <summary>OpenVINO where it is found and agrees with the bundled engine, else the bundled engine.</summary>
    private static IInferenceEngine OpenBest(IrGraph graph, EngineOptions options)
    {
        var bundled = OnnxRuntimeEngine.Open(graph, options, "");
        if (!OpenVinoLibrary.TryLoad(options.OpenVinoLibrary, out var objection) && options.Precision != "bf16")
        {
            bundled.Because(options.OpenVinoLibrary.Length == 0 ? "no OpenVINO was found" : $"no OpenVINO was found at {options.OpenVinoLibrary}");
            return bundled;
        }

        OpenVinoEngine? candidate = null;
        try
        {
            candidate = OpenVinoEngine.Open(graph, options, "; found, and passed its self-test");
            objection = EngineSelfTest.Objection(candidate, bundled);
            if (objection.Length == 0)
            {
                bundled.Dispose();
                return candidate;
            }

            objection = "OpenVINO failed its self-test: " + objection;
        }
        catch (InferenceException e)
        {
            objection = e.Message;
        }

        candidate?.Dispose();
        if (options.Precision == "bf16")
        {
            bundled.Dispose();
            throw new InferenceException($"{graph.File}: precision bf16 needs the OpenVINO engine. {objection}");
        }

        bundled.Because(objection);
        return bundled;
    }
}
