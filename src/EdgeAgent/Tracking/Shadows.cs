using ShiTu.EdgeAgent.Events;

namespace ShiTu.EdgeAgent.Tracking;

/// <summary>
/// Several boxes on one object: a detector may give a tight and a loose one, or one around two objects. Of tracks that lie over one another and show the same, one stands for the
/// object. The others become its shadows: they hold their boxes, so that these open no object of their own, are seldom looked at and never told of.
/// </summary>
internal sealed class Shadows(ObjectEvents events)
{
    private const float Over = 0.7f;
    private const float OverOfOneItem = 0.55f;
    private const float Within = 0.9f;
    private const float Apart = 0.5f;
    private const float Concentric = 0.45f;
    private const float Alike = 0.7f;
    private const int FramesApart = 3;

    /// <summary>After boxes were joined: a lost object goes on with its shadow's box, one that is seen takes the tighter of both; a shadow that moved away is an object of its own.</summary>
    /// <param name="tracks">All tracks.</param>
    /// <param name="now">Scene time.</param>
    public static void Follow(ReadOnlySpan<Track> tracks, TimeSpan now)
    {
        foreach (var track in tracks)
        {
            if (!track.Alive || track.Owner is not { } owner)
            {
                continue;
            }

            if (!owner.Alive || owner.Owner is not null)
            {
                track.Stand(now);
            }
            else if (track.Row >= 0 && owner.Row < 0 && BoxGeometry.Iou(owner.Predict(now), track.Box) >= Concentric)
            {
                owner.See(track.Box, now);
                owner.Row = track.Row;
                track.End();
            }
            else if (track.Row >= 0 && owner.Row >= 0)
            {
                Follow(track, owner, now);
            }
        }
    }

    /// <summary>After the looks: finds new shadows. What was told of them before is closed.</summary>
    /// <param name="tracks">All tracks.</param>
    /// <param name="now">Scene time.</param>
    public void Cast(ReadOnlySpan<Track> tracks, TimeSpan now)
    {
        for (var i = 0; i < tracks.Length; i++)
        {
            for (var j = i + 1; j < tracks.Length && IsSeen(tracks[i]); j++)
            {
                if (IsSeen(tracks[j]) && AreOne(tracks[i], tracks[j]))
                {
                    Merge(tracks[i], tracks[j]);
                }
            }
        }

        foreach (var track in tracks)
        {
            if (IsSeen(track) && !IsNamed(track) && SeveralWithin(track, tracks) is { } inner)
            {
                Release(track, tracks, now);
                Hide(track, inner);
            }
        }
    }

    /// <summary>True where a track lies over another one and has shown no item yet: it may still turn out to be its shadow.</summary>
    /// <param name="track">The track.</param>
    /// <param name="tracks">All tracks.</param>
    /// <param name="now">Scene time.</param>
    public static bool IsDoubtful(Track track, ReadOnlySpan<Track> tracks, TimeSpan now)
    {
        if (track.Judgement.Decision == Decision.Recognised)
        {
            return false;
        }

        foreach (var other in tracks)
        {
            if (other != track && other.Alive && other.Owner is null && BoxGeometry.Overlap(track.Box, other.Predict(now)) >= Over)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True where a shadow's newest look clearly shows something else than its owner.</summary>
    public static bool ShowsAnother(Track shadow) =>
        shadow.Owner is { } owner && shadow.Looks.Shown is { } item && (owner.Confirmed ?? owner.Judgement).Best.Item is { } other && item.Id != other.Id;

    private static bool IsSeen(Track track) => track.Alive && track.Row >= 0 && track.Owner is null;

    private static void Follow(Track track, Track owner, TimeSpan now)
    {
        track.FramesApart = BoxGeometry.Overlap(track.Box, owner.Box) < Apart ? track.FramesApart + 1 : 0;
        if (track.FramesApart >= FramesApart)
        {
            track.Stand(now);
        }
        else if (BoxGeometry.Area(track.Box) < BoxGeometry.Area(owner.Box) && BoxGeometry.Iou(track.Box, owner.Box) >= Concentric && BoxGeometry.Iou(track.Box, owner.Expected) >= Concentric)
        {
            owner.SwapBox(track);
        }
    }

    // Two that were named while apart are two objects, however they lie now.
    private static bool IsNamed(Track track) => track.Confirmed is { Decision: Decision.Recognised };

    private static bool AreOne(Track a, Track b)
    {
        if ((IsNamed(a) && IsNamed(b)) || a.Looks.Count == 0 || b.Looks.Count == 0)
        {
            return false;
        }

        var overlap = BoxGeometry.Overlap(a.Box, b.Box);
        if (overlap < OverOfOneItem || (a.Looks.Shown is { } shown && b.Looks.Shown is { } other && shown.Id != other.Id))
        {
            return false;
        }

        return (a.Judgement.Best.Item is { } item && item.Id == b.Judgement.Best.Item?.Id)
            || (overlap >= Within && BoxGeometry.Iou(a.Box, b.Box) >= Concentric)
            || (overlap >= Over && a.Looks.Resemblance(b.Looks.Newest) >= Alike);
    }

    private void Merge(Track a, Track b)
    {
        var first = IsNamed(a) != IsNamed(b) ? IsNamed(a) : a.Judgement.Best.Similarity >= b.Judgement.Best.Similarity;
        if (first)
        {
            Hide(b, a);
        }
        else
        {
            Hide(a, b);
        }
    }

    private void Hide(Track track, Track owner)
    {
        // An object already told of goes on under its number.
        if (track.Number > 0 && owner.Number == 0)
        {
            owner.Number = track.Number;
            owner.Confirmed = track.Confirmed;
        }
        else if (track.Number > 0)
        {
            events.Close(track);
        }

        track.Hide(owner);
    }

    // One of two tracks that lie in this one beside each other and show different items: it is a box around both.
    private static Track? SeveralWithin(Track track, ReadOnlySpan<Track> tracks)
    {
        foreach (var first in tracks)
        {
            foreach (var second in tracks)
            {
                if (first != second && IsWithin(first, track) && IsWithin(second, track) && BoxGeometry.Overlap(first.Box, second.Box) < Apart
                    && first.Judgement.Best.Item is { } item && second.Judgement.Best.Item is { } other && item.Id != other.Id)
                {
                    return first;
                }
            }
        }

        return null;
    }

    private static bool IsWithin(Track inner, Track track) =>
        inner != track && inner.Alive && inner.Row >= 0 && (inner.Owner is null || inner.Owner == track) && BoxGeometry.Area(inner.Box) < BoxGeometry.Area(track.Box) && BoxGeometry.Overlap(inner.Box, track.Box) >= Over;

    private static void Release(Track owner, ReadOnlySpan<Track> tracks, TimeSpan now)
    {
        foreach (var track in tracks)
        {
            if (track.Owner == owner)
            {
                track.Stand(now);
            }
        }
    }
}
