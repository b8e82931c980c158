using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using ShiTu.Inference.Imaging;

namespace ShiTu.Trainer.Data;

/// <summary>Turns a <see cref="SourceOptions"/> into its pictures, in a fixed order.</summary>
public static class SourceReader
{
    private static readonly string[] PictureEndings = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"];

    /// <summary>Lists the pictures of a set.</summary>
    /// <param name="source">The set.</param>
    /// <param name="root">Folder that relative paths start from.</param>
    /// <exception cref="DataException">The set is missing, empty or not laid out as said.</exception>
    public static IReadOnlyList<PictureEntry> Read(SourceOptions source, string root)
    {
        var path = Path.GetFullPath(Path.Combine(root, source.Path));
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            throw new DataException($"Set \"{source.Name}\": {path} does not exist.");
        }

        var entries = source.Kind switch
        {
            SourceKind.List => ListReader.Read(path, source.Root is null ? null : Path.GetFullPath(Path.Combine(root, source.Root))),
            SourceKind.Folders => [.. Files(path).Select(file => file with { Label = LabelFolder(path, file) })],
            SourceKind.Pictures => [.. Files(path)],
            SourceKind.Coco => Coco(path, source.Crops),
            SourceKind.Voc => Voc(path),
            SourceKind.Csv => Csv(path, Path.GetFullPath(Path.Combine(root, source.Root ?? Path.GetDirectoryName(source.Path)!))),
            _ => throw new DataException($"Set \"{source.Name}\": kind {source.Kind} is not known."),
        };
        if (source.SkipLabels is { Count: > 0 } skip)
        {
            entries = [.. entries.Where(entry => entry.Label is null || !skip.Contains(entry.Label))];
        }

        if (source.Max > 0 && entries.Count > source.Max)
        {
            entries = [.. Enumerable.Range(0, source.Max).Select(i => entries[(int)((long)i * entries.Count / source.Max)])];
        }

        return entries.Count > 0 ? entries : throw new DataException($"Set \"{source.Name}\": no picture under {path}.");
    }

    private static IEnumerable<PictureEntry> Files(string path)
    {
        if (File.Exists(path))
        {
            return TarMembers.Read(path).Where(member => IsPicture(member.Key)).OrderBy(member => member.Key, StringComparer.Ordinal)
                .Select(member => new PictureEntry(path, Path.GetDirectoryName(member.Key), null, member.Value.Offset, member.Value.Length));
        }

        return Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(IsPicture).Order(StringComparer.Ordinal).Select(file => new PictureEntry(file, null));
    }

    private static bool IsPicture(string path) => PictureEndings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    private static string LabelFolder(string root, PictureEntry entry)
    {
        var folder = entry.Label ?? Path.GetRelativePath(root, Path.GetDirectoryName(entry.Path)!);
        return folder is "." or "" ? throw new DataException($"{entry.Path}: lies beside the label folders of {root}; put it into a folder named as its label.") : folder;
    }

    private static List<PictureEntry> Coco(string path, bool crops)
    {
        var root = Path.GetDirectoryName(path)!;
        var document = CocoDocument.Read(path);
        var images = document.Images!.ToDictionary(image => image.Id, image => Path.Combine(root, image.FileName!));
        return crops
            ? [.. (document.Annotations ?? []).Select(annotation => new PictureEntry(
                images.GetValueOrDefault(annotation.ImageId) ?? throw new DataException($"{path}: annotation {annotation.Id} is of picture {annotation.ImageId}, which is not among the images."),
                null,
                annotation.Bbox is { Length: 4 } b && b.All(double.IsFinite)
                    ? new PixelRect((int)b[0], (int)b[1], Math.Max(1, (int)b[2]), Math.Max(1, (int)b[3]))
                    : throw new DataException($"{path}: annotation {annotation.Id} has no four numbers as bbox (left, top, width, height).")))]
            : [.. images.OrderBy(image => image.Key).Select(image => new PictureEntry(image.Value, null))];
    }

    private static List<PictureEntry> Voc(string path)
    {
        var (annotations, images) = (Path.Combine(path, "annotations"), Path.Combine(path, "images"));
        if (!Directory.Exists(annotations))
        {
            throw new DataException($"{annotations} does not exist: a Pascal VOC folder has its boxes in annotations/*.xml and its pictures in images.");
        }

        var files = Directory.EnumerateFiles(annotations, "*.xml", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        return [.. files.SelectMany(file => VocBoxes(file, Path.Combine(images, Path.GetRelativePath(annotations, Path.GetDirectoryName(file)!))))];
    }

    private static List<PictureEntry> VocBoxes(string file, string folder)
    {
        try
        {
            var xml = XDocument.Load(file).Root!;
            var picture = Path.Combine(folder, Text(xml, "filename"));
            return [.. xml.Elements("object").Select(thing =>
            {
                var box = thing.Element("bndbox") ?? throw new DataException($"{file}: an object has no <bndbox>.");
                int Side(string name) => (int)double.Parse(Text(box, name), CultureInfo.InvariantCulture);
                return new PictureEntry(picture, Text(thing, "name"), new PixelRect(Side("xmin"), Side("ymin"), Math.Max(1, Side("xmax") - Side("xmin")), Math.Max(1, Side("ymax") - Side("ymin"))));
            })];
        }
        catch (Exception error) when (error is XmlException or FormatException)
        {
            throw new DataException($"{file}: {error.Message}", error);
        }

        string Text(XElement parent, string name) => parent.Element(name)?.Value ?? throw new DataException($"{file}: <{parent.Name}> has no <{name}>.");
    }

    private static List<PictureEntry> Csv(string path, string root)
    {
        var lines = File.ReadLines(path).Select(line => line.Split(',')).ToList();
        var head = lines.FirstOrDefault() ?? [];
        var (image, label) = (Array.IndexOf(head, "image"), Array.IndexOf(head, "label"));
        if (image < 0 || label < 0)
        {
            throw new DataException($"{path}: needs columns \"image\" and \"label\"; it has {(head.Length == 0 ? "none" : string.Join(", ", head))}.");
        }

        return [.. lines.Index().Skip(1).Select(row => row.Item.Length == head.Length
            ? new PictureEntry(Path.Combine(root, Path.HasExtension(row.Item[image]) ? row.Item[image] : row.Item[image] + ".jpg"), row.Item[label])
            : throw new DataException($"{path}:{row.Index + 1}: {row.Item.Length} columns where the first line has {head.Length}."))];
    }
}
