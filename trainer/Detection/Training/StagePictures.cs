using ShiTu.Trainer.Data;
using ShiTu.Trainer.Detection.Data;

namespace ShiTu.Trainer.Detection.Training;

/// <summary>The pictures that a recipe's stages learn boxes from, each loaded once: its sets, those a teacher marked, cutouts, drawn belts.</summary>
/// <param name="recipe">The recipe.</param>
/// <param name="root">Folder that its teachers' paths are relative to.</param>
/// <param name="data">Folder that its pictures' paths are relative to.</param>
/// <param name="folder">The run's, where the teacher's boxes are kept.</param>
/// <param name="report">One line a message.</param>
internal sealed class StagePictures(DetectorRecipe recipe, string root, string data, string folder, Action<string> report)
{
    private readonly Dictionary<DetectionSource, List<Sample>> _samples = [];
    private List<Sample>? _marked;
    private List<Cutout>? _paste;
    private List<Sample>? _belts;

    /// <summary>The batches of a stage.</summary>
    public DetectionBatchMaker Of(DetectorStage stage, int index, CancellationToken token)
    {
        var sets = new List<(IReadOnlyList<Sample>, double)>();
        foreach (var source in recipe.Sets.Where(source => source.Weight > 0))
        {
            var set = CocoReader.Read(Path.Combine(data, source.Path), source.Root is null ? null : Path.Combine(data, source.Root));
            if (source.Without is { } prefix)
            {
                set = set with { Pictures = [.. set.Pictures.Where(p => !Path.GetRelativePath(data, p.File).StartsWith(prefix, StringComparison.Ordinal))] };
            }

            sets.Add((_samples.TryGetValue(source, out var known) ? known : _samples[source] = SampleLoader.Load(set, report, token), source.Weight));
        }

        if (recipe.BoxTeacher is { } teacher && recipe.BoxSources is { Count: > 0 } && stage.TeacherBoxes)
        {
            var set = TeacherBoxes.Read(recipe, Path.Combine(root, teacher), Path.Combine(folder, "teacher-boxes.json"), data, report, token);
            _marked ??= SampleLoader.Load(set, report, token);
            sets.Add((_marked, recipe.BoxWeight));
        }

        var pool = new SamplePool(sets, recipe.Seed + index);
        if (recipe.Cutouts is { } list && _paste is null)
        {
            _paste = [.. ListReader.Read(Path.Combine(data, list)).Select(entry => Cutout.Read(entry.Path))];
            report($"{_paste.Count} cutouts");
        }

        if (recipe.Belts is { } belts && _belts is null)
        {
            _belts = BeltFrames.Draw(belts.FirstSeed, belts.Scenes, belts.Frames);
            report($"{_belts.Count} frames of {belts.Scenes} drawn belts, {_belts.Sum(b => b.Boxes.Length)} boxes");
        }

        return new DetectionBatchMaker(pool, _paste is null ? null : new PasteScene(_paste, pool), _belts ?? [], stage.Mix ?? new SceneMix(), recipe.Seed + index);
    }
}
