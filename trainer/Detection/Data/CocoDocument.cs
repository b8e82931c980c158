using System.Text.Json;
using System.Text.Json.Serialization;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>The part of a COCO file that a detector needs.</summary>
internal sealed record CocoDocument(List<CocoDocument.Image>? Images, List<CocoDocument.Annotation>? Annotations, List<CocoDocument.Category>? Categories)
{
    internal sealed record Image(long Id, string? FileName, int Width, int Height);

    internal sealed record Annotation(long Id, long ImageId, JsonElement CategoryId, double[]? Bbox, double? Area, [property: JsonPropertyName("iscrowd")] int Crowd, int Ignore);

    internal sealed record Category(JsonElement Id, string? Name);
}

/// <summary>Reads and writes <see cref="CocoDocument"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(CocoDocument))]
internal sealed partial class CocoContext : JsonSerializerContext;
