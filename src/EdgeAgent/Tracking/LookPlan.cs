using ShiTu.EdgeAgent.Events;
using ShiTu.Inference.Detection;

namespace ShiTu.EdgeAgent.Tracking;

/// <summary>
/// Which objects of a frame are worth a look (an embedding costs far more than all else about an object): those not settled first, those with the fewest looks first;
/// a settled one only when it moved on or was not looked at for long. Parts of objects at the edge and overlapping ones wait for a better moment, but not forever.
/// </summary>
internal sealed class LookPlan(TrackingOptions options)
{
    private const float MostCovered = 0.12f;
    private const float MovedOn = 0.5f;
    private static readonly TimeSpan UnsettledGap = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan UncleanGap = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan UnknownGap = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan RecognisedGap = TimeSpan.FromSeconds(2);
    private readonly Track[] _chosen = new Track[options.MaxObjects];

    /// <summary>Chooses, most urgent first, and notes of every track whether its box is clean.</summary>
    /// <param name="tracks">All tracks, joined to this frame's boxes.</param>
    /// <param name="width">Frame width, pixels.</param>
    /// <param name="height">Frame height, pixels.</param>
    /// <param name="now">Scene time.</param>
    public ReadOnlySpan<Track> Choose(ReadOnlySpan<Track> tracks, int width, int height, TimeSpan now)
    {
        var count = 0;
        foreach (var track in tracks)
        {
            if (!track.Alive || track.Row < 0)
            {
                continue;
            }

            track.Clean = !BoxGeometry.TouchesEdge(track.Box, width, height) && Covered(track, tracks) <= MostCovered;
            if (!Wanted(track, now))
            {
                continue;
            }

            var at = count++;
            for (; at > 0 && Urgency(_chosen[at - 1]) > Urgency(track); at--)
            {
                _chosen[at] = _chosen[at - 1];
            }

            _chosen[at] = track;
        }

        return _chosen.AsSpan(0, Math.Min(count, options.LooksPerFrame));
    }

    private bool Wanted(Track track, TimeSpan now)
    {
        if (track.Looks.Taken == 0)
        {
            return true;
        }

        var gap = now - track.LastLook;
        if (gap >= options.RecheckEvery)
        {
            return true;
        }

        if (track.Owner is not null)
        {
            return gap >= UnknownGap;
        }

        if (track.Confirmed is { } confirmed)
        {
            return track.Clean && BoxGeometry.Iou(track.LookedBox, track.Box) < MovedOn && gap >= (confirmed.Decision == Decision.Recognised ? RecognisedGap : UnknownGap);
        }

        return !track.Clean ? gap >= UncleanGap : track.Looks.CleanTaken < options.MinLooks || gap >= UnsettledGap;
    }

    private static int Urgency(Track track) => (track.Confirmed is null && track.Owner is null ? 0 : 10_000) + (track.Clean ? 0 : 1_000) + Math.Min(track.Looks.Taken, 999);

    // Largest share of the box that another object's covers.
    private static float Covered(Track track, ReadOnlySpan<Track> tracks)
    {
        var most = 0f;
        foreach (var other in tracks)
        {
            if (other != track && other.Alive && other.Row >= 0 && other.Owner is null)
            {
                most = Math.Max(most, BoxGeometry.Shared(track.Box, other.Box));
            }
        }

        return most / Math.Max(1, BoxGeometry.Area(track.Box));
    }
}
