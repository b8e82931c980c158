using System.Text.Json;
using System.Text.Json.Serialization;

namespace ShiTu.Trainer.Data;

/// <summary>The part of a COCO detection file that trainings need.</summary>
internal sealed record CocoDocument(List<CocoDocument.Image>? Images, List<CocoDocument.Annotation>? Annotations, List<CocoDocument.Category>? Categories)
{
    /// <summary>Reads a file whose pictures all have a name and an id of their own.</summary>
    /// <exception cref="DataException">No file, no JSON, no pictures, or one without a name or named twice. The message says where.</exception>
    public static CocoDocument Read(string path)
    {
        var document = Parse(path);
        var ids = new HashSet<long>();
        foreach (var image in document.Images!)
        {
            if (!ids.Add(image.Id))
            {
                throw new DataException($"{path}: two pictures have the id {image.Id}; ids must differ.");
            }

            if (image.FileName is null)
            {
                throw new DataException($"{path}: picture {image.Id} has no file_name.");
            }
        }

        return document;
    }

    private static CocoDocument Parse(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var document = JsonSerializer.Deserialize(stream, CocoContext.Default.CocoDocument);
            return document?.Images is { Count: > 0 }
                ? document
                : throw new DataException($"{path}: no \"images\"; a COCO detection file has images, annotations and categories.");
        }
        catch (JsonException e)
        {
            throw new DataException($"{path}: no COCO JSON: {e.Message}", e);
        }
        catch (IOException e)
        {
            throw new DataException($"{path}: {e.Message}", e);
        }
    }

    internal sealed record Image(long Id, string? FileName, int Width, int Height);

    internal sealed record Annotation(long Id, long ImageId, JsonElement CategoryId, double[]? Bbox, double? Area, [property: JsonPropertyName("iscrowd")] int Crowd, int Ignore);

    internal sealed record Category(JsonElement Id, string? Name);
}

/// <summary>Reads and writes <see cref="CocoDocument"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(CocoDocument))]
internal sealed partial class CocoContext : JsonSerializerContext;
