using System.Text.Json;
using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.GalleryUpdates;

namespace ShiTu.EdgeAgent.ModelUpdates;

/// <summary>How far two model sets disagree about the same frames.</summary>
/// <param name="Frames">Frames that both saw.</param>
/// <param name="Objects">Objects that at least one of them found.</param>
/// <param name="Other">Objects that both found and named otherwise, one of them perhaps not at all.</param>
/// <param name="OnlyPresent">Objects that only the set in use found.</param>
/// <param name="OnlyNext">Objects that only the next set found.</param>
internal sealed record ShadowFigures(int Frames, int Objects, int Other, int OnlyPresent, int OnlyNext)
{
    /// <summary>Objects about which they disagree.</summary>
    public int Disagreements => Other + OnlyPresent + OnlyNext;

    /// <summary>Their share, 0..1; 0 where there was no object.</summary>
    public float Share => Objects == 0 ? 0 : (float)Disagreements / Objects;

    /// <summary>In words.</summary>
    public string Text => Objects == 0
        ? $"No object could be compared: {Frames} frames in which something moved came in time."
        : $"On {Frames} frames the sets disagree about {Disagreements} of {Objects} objects ({Share:0.0%}): {Other} named otherwise, {OnlyPresent} found by the set in use only, {OnlyNext} by the next only.";

    /// <summary>Adds what another frame showed.</summary>
    public ShadowFigures Plus(ShadowFigures more) =>
        new(Frames + more.Frames, Objects + more.Objects, Other + more.Other, OnlyPresent + more.OnlyPresent, OnlyNext + more.OnlyNext);

    /// <summary>Writes the field <c>shadow</c> of a receipt.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("shadow");
        json.WriteNumber("frames", Frames);
        json.WriteNumber("objects", Objects);
        json.WriteNumber("disagreements", Disagreements);
        json.Fraction("share", Share);
        json.WriteNumber("other", Other);
        json.WriteNumber("only_present", OnlyPresent);
        json.WriteNumber("only_next", OnlyNext);
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static ShadowFigures Read(JsonElement json) => new(
        Count(json, "frames"), Count(json, "objects"), Count(json, "other"), Count(json, "only_present"), Count(json, "only_next"));

    private static int Count(JsonElement json, string name) => (int)json.Number(name, 0, int.MaxValue);
}
