using System.Text.Json;
using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Data;
using ShiTu.Trainer.Detection.Data;

namespace ShiTu.Trainer.Detection.Training;

/// <summary>Marks unlabelled pictures with a teacher's boxes and keeps them as a COCO file beside the run, so that a resumed run marks nothing twice.</summary>
internal static class TeacherBoxes
{
    /// <summary>The marked set; pictures on which the teacher finds nothing are left out.</summary>
    public static DetectionSet Read(DetectorRecipe recipe, string teacher, string file, string data, Action<string> report, CancellationToken token)
    {
        if (!File.Exists(file))
        {
            Write(recipe, teacher, file, data, report, token);
        }

        return CocoReader.Read(file, "/");
    }

    private static void Write(DetectorRecipe recipe, string path, string file, string data, Action<string> report, CancellationToken token)
    {
        using var teacher = new BoxTeacher(path, recipe.Threads);
        var (images, annotations) = (new List<CocoDocument.Image>(), new List<CocoDocument.Annotation>());
        var one = JsonDocument.Parse("1").RootElement;
        var unreadable = 0;
        foreach (var source in recipe.Unlabelled!.Where(s => recipe.BoxSources!.Contains(s.Name)))
        {
            foreach (var entry in SourceReader.Read(source, data))
            {
                token.ThrowIfCancellationRequested();
                if (!TryDecode(entry, out var picture))
                {
                    unreadable++;
                    continue;
                }

                var found = teacher.Detect(picture.View, (float)recipe.BoxFloor, 20);
                if (found.Count == 0)
                {
                    continue;
                }

                images.Add(new(images.Count + 1, entry.Path, picture.Width, picture.Height));
                annotations.AddRange(found.Select((box, i) => new CocoDocument.Annotation(
                    annotations.Count + i + 1, images.Count, one, [box.Box.X1, box.Box.Y1, box.Box.Width, box.Box.Height], box.Box.Area, 0, 0)));
            }
        }

        report($"teacher {Path.GetFileName(path)}: {annotations.Count} boxes of at least {recipe.BoxFloor} on {images.Count} pictures, {unreadable} unreadable");
        var partial = file + ".partial";
        File.WriteAllBytes(partial, JsonSerializer.SerializeToUtf8Bytes(new CocoDocument(images, annotations, []), CocoContext.Default.CocoDocument));
        File.Move(partial, file, overwrite: true);
    }

    private static bool TryDecode(PictureEntry entry, out Picture picture)
    {
        try
        {
            picture = PictureDecoder.Decode(entry.ReadBytes());
            return entry.Length < 0;
        }
        catch (Exception error) when (error is PictureFormatException or IOException)
        {
            picture = null!;
            return false;
        }
    }
}
