using ShiTu.Trainer.Data;
using ShiTu.Trainer.Detection.Data;
using ShiTu.Trainer.Devices;

namespace ShiTu.Trainer.Detection.Training;

/// <summary>A whole training of a detector, from nothing to weights: read from JSON with comments; every default is here.</summary>
/// <param name="Name">Name of the model.</param>
/// <param name="Stages">What is done, in order.</param>
/// <param name="Sets">Detection sets.</param>
/// <param name="Preset"><c>mainbody-lite</c> or <c>picodet-lcnet</c>.</param>
/// <param name="Scale">Width of the backbone.</param>
/// <param name="Data">Folder that paths start from; relative to the recipe.</param>
/// <param name="Validation">Detection set that is measured on the way; null: none.</param>
/// <param name="ValidationPictures">At most so many of its pictures, evenly picked.</param>
/// <param name="Unlabelled">Pictures for the hints and for a teacher's boxes.</param>
/// <param name="HintTeacher">ONNX file with an output a block; relative to the recipe.</param>
/// <param name="BoxTeacher">ONNX detector (PicoDet, COCO) that marks unlabelled pictures; relative to the recipe.</param>
/// <param name="BoxFloor">Least score of a teacher's box.</param>
/// <param name="BoxWeight">How often a picture marked by the teacher is drawn, relative to one of a set.</param>
/// <param name="BoxSources">Names of the unlabelled sets the teacher marks.</param>
/// <param name="Cutouts">List of pictures with transparency to paste; null: none.</param>
/// <param name="Belts">Drawn belts.</param>
/// <param name="Seed">Seed of weights, draws and views.</param>
/// <param name="Threads">Threads of libtorch and of the teachers.</param>
/// <param name="CheckpointMinutes">Minutes between checkpoints.</param>
/// <param name="ProbeMinutes">Minutes between measurements; 0: at the end of a stage only.</param>
/// <param name="Cache">Folder for decoded unlabelled pictures; relative to the recipe; null: none.</param>
/// <param name="Init">Checkpoint to take weights from.</param>
/// <param name="Device">Where it is computed.</param>
public sealed record DetectorRecipe(
    string Name,
    IReadOnlyList<DetectorStage> Stages,
    IReadOnlyList<DetectionSource> Sets,
    string Preset = "mainbody-lite",
    double Scale = 1,
    string Data = ".",
    string? Validation = null,
    int ValidationPictures = 200,
    IReadOnlyList<SourceOptions>? Unlabelled = null,
    string? HintTeacher = null,
    string? BoxTeacher = null,
    double BoxFloor = 0.4,
    double BoxWeight = 0.5,
    IReadOnlyList<string>? BoxSources = null,
    string? Cutouts = null,
    BeltOptions? Belts = null,
    long Seed = 1,
    int Threads = 2,
    double CheckpointMinutes = 3,
    double ProbeMinutes = 8,
    string? Cache = null,
    string? Init = null,
    DeviceKind Device = DeviceKind.Auto);

/// <summary>Drawn belts used as training pictures.</summary>
/// <param name="FirstSeed">Seed of the first scene; the demo's own is 1.</param>
/// <param name="Scenes">How many scenes.</param>
/// <param name="Frames">Frames of each.</param>
public sealed record BeltOptions(int FirstSeed = 1000, int Scenes = 12, int Frames = 30);
