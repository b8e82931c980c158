using ShiTu.Trainer.Data;
using ShiTu.Trainer.Devices;
using ShiTu.Trainer.Networks;

namespace ShiTu.Trainer.Training;

/// <summary>A whole training: network, teachers, pictures, stages. Read from JSON with comments; every default is here.</summary>
/// <param name="Name">Name of the model.</param>
/// <param name="Stages">What is done, in order.</param>
/// <param name="Sources">The pictures.</param>
/// <param name="Data">Folder that sources' paths start from; relative to the recipe.</param>
/// <param name="Network">The network.</param>
/// <param name="Teacher">ONNX file with blocks and embedding; relative to the recipe.</param>
/// <param name="Relations">Further ONNX teachers whose embeddings join the relational loss.</param>
/// <param name="Evaluation">What is measured on the way.</param>
/// <param name="Seed">Seed of weights, draws and views.</param>
/// <param name="Threads">Threads of libtorch and of the teachers.</param>
/// <param name="CheckpointMinutes">Minutes between checkpoints.</param>
/// <param name="Cache">Folder for decoded pictures; relative to the recipe; null: none.</param>
/// <param name="Init">Checkpoint to take weights from; mismatches are listed.</param>
/// <param name="Device">Where it is computed.</param>
/// <param name="Precision">In which numbers; checkpoints hold 32-bit floats all the same.</param>
public sealed record Recipe(
    string Name,
    IReadOnlyList<StageOptions> Stages,
    IReadOnlyList<SourceOptions> Sources,
    string Data = ".",
    BackboneOptions? Network = null,
    string? Teacher = null,
    IReadOnlyList<string>? Relations = null,
    ProbeOptions? Evaluation = null,
    long Seed = 1,
    int Threads = 2,
    double CheckpointMinutes = 3,
    string? Cache = null,
    string? Init = null,
    DeviceKind Device = DeviceKind.Auto,
    Precision Precision = Precision.Single);
