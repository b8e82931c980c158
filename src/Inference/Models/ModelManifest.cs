using ShiTu.Inference.Imaging;

namespace ShiTu.Inference.Models;

/// <summary>The <c>manifest.json</c> of a model folder (snake_case keys, as <c>contract.md</c> 4).</summary>
/// <param name="Name">Name of the model, as its folder.</param>
/// <param name="Kind"><c>mainbody</c> or <c>feature</c>.</param>
/// <param name="Preparation">Input size and preparation.</param>
/// <param name="Outputs">Names of the outputs in order; for a detector by rising stride.</param>
/// <param name="Dimension">Floats an embedding; 0 for a detector.</param>
/// <param name="Strides">Strides of a detector's outputs; empty for a feature model.</param>
/// <param name="XmlSha256">SHA-256 of <c>model.xml</c>, lower-case hex.</param>
/// <param name="BinSha256">SHA-256 of <c>model.bin</c>, lower-case hex.</param>
/// <param name="Identity">SHA-256 over kind, preparation, dimension and both hashes, lower-case hex: what a gallery is bound to.</param>
public sealed record ModelManifest(
    string Name,
    string Kind,
    Preparation Preparation,
    IReadOnlyList<string> Outputs,
    int Dimension,
    IReadOnlyList<int> Strides,
    string XmlSha256,
    string BinSha256,
    string Identity)
{
    /// <summary>Reads and checks <c>manifest.json</c> of <paramref name="folder"/> and that both files hash to what it says.</summary>
    /// <exception cref="ModelException">A file is missing or does not fit; the message names it.</exception>
    public static ModelManifest Read(string folder) => throw new NotSupportedException("Being written.");

    /// <summary>Computes hashes and identity of the two files already in <paramref name="folder"/> and writes <c>manifest.json</c> beside them.</summary>
    public static ModelManifest Write(string folder, string name, string kind, Preparation preparation, IReadOnlyList<string> outputs, int dimension, IReadOnlyList<int> strides) =>
        throw new NotSupportedException("Being written.");
}
