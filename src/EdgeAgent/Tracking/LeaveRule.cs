using ShiTu.Inference.Detection;

namespace ShiTu.EdgeAgent.Tracking;

/// <summary>When an object that is not seen any more has left.</summary>
internal sealed class LeaveRule(TrackingOptions options)
{
    private const float Hidden = 0.4f;

    /// <summary>True where it was missed for long enough: a third of the time where it moved out of the frame or was never opened, three times where another object lies over it.</summary>
    /// <param name="track">The track.</param>
    /// <param name="tracks">All tracks.</param>
    /// <param name="width">Frame width, pixels.</param>
    /// <param name="height">Frame height, pixels.</param>
    /// <param name="now">Scene time.</param>
    public bool HasLeft(Track track, ReadOnlySpan<Track> tracks, int width, int height, TimeSpan now)
    {
        if (track.Missing == TimeSpan.Zero)
        {
            return false;
        }

        if (track.Number == 0)
        {
            return track.Missing > options.CloseAfter / 3;
        }

        var place = track.Predict(now);
        return track.Missing > (IsHidden(track, place, tracks) ? options.CloseAfter * 3 : IsOutside(place, width, height) ? options.CloseAfter / 3 : options.CloseAfter);
    }

    private static bool IsHidden(Track track, in Detection place, ReadOnlySpan<Track> tracks)
    {
        foreach (var other in tracks)
        {
            if (other != track && other.Alive && other.Row >= 0 && other.Owner != track && BoxGeometry.Shared(place, other.Box) > Hidden * BoxGeometry.Area(place))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOutside(in Detection place, int width, int height)
    {
        var x = (place.X1 + place.X2) / 2;
        var y = (place.Y1 + place.Y2) / 2;
        return x < 0 || y < 0 || x > width || y > height;
    }
}
