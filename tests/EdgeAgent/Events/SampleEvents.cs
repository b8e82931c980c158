using ShiTu.EdgeAgent.Events;

namespace ShiTu.EdgeAgent.Tests.Events;

/// <summary>Events as the pipeline makes them.</summary>
internal static class SampleEvents
{
    public static RecognitionEvent Confirmed(string camera = "belt", int number = 77) => new()
    {
        Type = EventType.Confirmed,
        Time = new DateTimeOffset(2026, 3, 1, 12, 30, 15, 250, TimeSpan.FromHours(1)),
        Camera = camera,
        Object = $"{camera}-{number}",
        Verdict = new Verdict(Decision.Recognised, new Candidate("sku-4411", "Gräddfil \"3 dl\" 牛乳", 0.83f), new Candidate("sku-9", "Filmjölk", 0.62f), null),
        Box = new EventBox(412, 230, 118, 164),
        FrameWidth = 1280,
        FrameHeight = 720,
        DetectorScore = 0.91f,
        Looks = 4,
        Agreement = 1f,
        Model = "mainbody-x1_0-416+general-pplcnetv2-224@ab12cd34",
        GalleryGeneration = 57,
    };

    public static RecognitionEvent Unknown(string camera = "belt") => Confirmed(camera) with
    {
        Type = EventType.Closed,
        Verdict = new Verdict(Decision.Unknown, null, null, "the gallery is empty"),
        DurationMs = 4200,
        File = "a/b.jpg",
    };
}
