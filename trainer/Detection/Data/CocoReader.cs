using ShiTu.Trainer.Data;
using ShiTu.Trainer.Detection.Assignment;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>Reads COCO detection files as one foreground class (detector.md 4.1, 4.6): categories of any id become one; annotations that cannot be used are counted.</summary>
public static class CocoReader
{
    private const double ShortestSide = 1e-5;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="root">What picture names are relative to; null: the file's folder.</param>
    /// <exception cref="DataException">No file, no JSON, no pictures, or a picture named twice. The message says where.</exception>
    public static DetectionSet Read(string path, string? root = null)
    {
        var document = CocoDocument.Read(path);
        root ??= Path.GetDirectoryName(Path.GetFullPath(path))!;
        var objects = document.Images!.ToDictionary(image => image.Id, _ => new List<MarkedObject>());
        var sizes = document.Images!.ToDictionary(image => image.Id, image => (image.Width, image.Height));
        var skipped = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var annotation in document.Annotations ?? [])
        {
            var reason = Take(annotation, objects, sizes);
            if (reason is not null)
            {
                skipped[reason] = skipped.GetValueOrDefault(reason) + 1;
            }
        }

        var pictures = document.Images!
            .Select(image => new DetectionPicture(image.Id, Path.Combine(root, image.FileName!), image.Width, image.Height, objects[image.Id]))
            .OrderBy(picture => picture.Id);
        return new(Path.GetFileNameWithoutExtension(path), [.. pictures], skipped);
    }

    private static string? Take(CocoDocument.Annotation annotation, Dictionary<long, List<MarkedObject>> objects, Dictionary<long, (int Width, int Height)> sizes)
    {
        if (!objects.TryGetValue(annotation.ImageId, out var list))
        {
            return "of an unknown picture";
        }

        if (annotation.Bbox is not { Length: 4 } b || b.Any(v => !double.IsFinite(v)))
        {
            return "without four numbers as box";
        }

        if (b[2] <= ShortestSide || b[3] <= ShortestSide || annotation.Area <= 0)
        {
            return "without area";
        }

        var box = new Box(Round(b[0]), Round(b[1]), Round(b[0] + b[2]), Round(b[1] + b[3]));
        var (width, height) = sizes[annotation.ImageId];
        if (width > 0 && height > 0 && (box.X1 >= width || box.Y1 >= height || box.X2 <= 0 || box.Y2 <= 0))
        {
            return "outside the picture";
        }

        var crowd = annotation.Crowd != 0;
        list.Add(new(box, annotation.Area ?? (b[2] * b[3]), crowd, crowd || annotation.Ignore != 0));
        return null;
    }

    private static float Round(double value) => (float)Math.Round(value, 3);
}
