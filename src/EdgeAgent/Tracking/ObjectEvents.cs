using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.Inference.Detection;

namespace ShiTu.EdgeAgent.Tracking;

/// <summary>Writes what happens to the objects of one camera (contract 1.1).</summary>
internal sealed class ObjectEvents(string camera, string model, IEventSink sink, TimeProvider time)
{
    private long _objects;

    /// <summary>Width of the frame in work, pixels.</summary>
    public int Width { get; set; }

    /// <summary>Height of the frame in work, pixels.</summary>
    public int Height { get; set; }

    /// <summary>Gallery generation last searched.</summary>
    public long Generation { get; set; }

    /// <summary>The object appeared; gives it its number.</summary>
    public void Open(Track track)
    {
        track.Number = ++_objects;
        Publish(EventType.Opened, track);
    }

    /// <summary>The vote settled, for the first time or on something else.</summary>
    public void Settle(Track track) => Publish(track.Confirmed is null ? EventType.Confirmed : EventType.Changed, track);

    /// <summary>The object left.</summary>
    public void Close(Track track) => Publish(EventType.Closed, track);

    /// <summary>A picture that is a scene of its own.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="box">Its best box; null where nothing was found in it.</param>
    /// <param name="generation">Gallery generation searched.</param>
    public void Picture(string? file, RecognisedBox? box, long generation)
    {
        _objects++;
        sink.Publish(new RecognitionEvent
        {
            Type = EventType.Confirmed,
            Time = time.GetUtcNow(),
            Camera = camera,
            Object = $"{camera}-{_objects}",
            Verdict = box?.Judgement.ToVerdict() ?? new Verdict(Decision.Unknown, null, null, "no product was found in the picture"),
            Box = box?.EventBox ?? new EventBox(0, 0, Width, Height),
            FrameWidth = Width,
            FrameHeight = Height,
            DetectorScore = box?.DetectorScore ?? 0,
            Looks = box is null ? 0 : 1,
            Agreement = box is null ? 0 : 1,
            Model = model,
            GalleryGeneration = generation,
            File = file,
        });
    }

    /// <summary>The box in whole pixels inside the frame.</summary>
    public EventBox BoxOf(in Detection box)
    {
        var rect = DetectionFilter.ToRect(box, Width, Height);
        return new EventBox(rect.X, rect.Y, rect.Width, rect.Height);
    }

    private void Publish(EventType type, Track track)
    {
        var judgement = type is EventType.Closed && track.Confirmed is { } confirmed ? confirmed : track.Judgement;
        sink.Publish(new RecognitionEvent
        {
            Type = type,
            Time = time.GetUtcNow(),
            Camera = camera,
            Object = $"{camera}-{track.Number}",
            Verdict = judgement.ToVerdict(),
            Box = BoxOf(track.Box),
            FrameWidth = Width,
            FrameHeight = Height,
            DetectorScore = track.BestScore,
            Looks = track.Looks.Taken,
            Agreement = track.Agreement,
            Model = model,
            GalleryGeneration = Generation,
            DurationMs = type is EventType.Closed ? (long)(track.LastSeen - track.FirstSeen).TotalMilliseconds : null,
        });
    }
}
