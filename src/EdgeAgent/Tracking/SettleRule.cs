using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.Recognition;

namespace ShiTu.EdgeAgent.Tracking;

/// <summary>When an object's looks are enough to say what it is, and when they show that it was exchanged.</summary>
internal sealed class SettleRule(TrackingOptions options)
{
    private const int LooksOfAnother = 3;

    /// <summary>True where the judgement may be told: a clear one after a few clean looks, any one after many.</summary>
    public bool IsSettled(Track track)
    {
        var judgement = track.Judgement;
        var looks = track.Looks;
        return looks.Taken >= Math.Max(options.MinLooks, options.UnknownAfter)
            || (looks.CleanTaken >= options.MinLooks && judgement.Decision == Decision.Recognised && judgement.Best.Similarity >= judgement.Best.Threshold + (options.Caution / looks.Count));
    }

    /// <summary>True where the judgement says more than what was told before. What was recognised stays recognised until something else is.</summary>
    public static bool IsNews(Track track) =>
        track.Confirmed is not { } before
        || (track.Judgement.Decision == Decision.Recognised && (before.Decision != Decision.Recognised || track.Judgement.Best.Item?.Id != before.Best.Item?.Id));

    /// <summary>True where the last looks all clearly show one other item: the object was exchanged in its place.</summary>
    public static bool IsAnother(Track track)
    {
        if (track.Confirmed is not { Decision: Decision.Recognised } confirmed || track.Looks.Count <= LooksOfAnother)
        {
            return false;
        }

        var item = track.Looks.Matches(0)[0].Item?.Id;
        for (var age = 0; age < LooksOfAnother; age++)
        {
            var first = track.Looks.Matches(age)[0];
            if (first.Item is null || first.Similarity < first.Threshold || first.Item.Id != item || first.Item.Id == confirmed.Best.Item!.Id)
            {
                return false;
            }
        }

        return true;
    }
}
