using ShiTu.Inference.Engines.OnnxRuntime;
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
        return OnnxRuntimeEngine.Open(graph, options, "");
    }
}
