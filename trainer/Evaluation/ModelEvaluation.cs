using System.Diagnostics;
using ShiTu.Trainer.Data;

namespace ShiTu.Trainer.Evaluation;

/// <summary>Embeds two lists with a model and scores them.</summary>
public static class ModelEvaluation
{
    /// <summary>Evaluates.</summary>
    /// <param name="embedder">The model.</param>
    /// <param name="gallery">Gallery pictures.</param>
    /// <param name="queries">Query pictures.</param>
    /// <param name="quirks">Upstream's exact variant.</param>
    /// <param name="perLabel">Also a score for each label and the most frequent confusions.</param>
    /// <param name="report">Receives a line for each unreadable picture; it is left out.</param>
    /// <param name="token">Cancels.</param>
    /// <param name="each">Receives each query's nearest gallery pictures.</param>
    public static EvaluationReport Run(IPictureEmbedder embedder, IReadOnlyList<PictureEntry> gallery, IReadOnlyList<PictureEntry> queries, bool quirks, bool perLabel, Action<string> report, CancellationToken token, Action<QueryResult, PictureEntry, IReadOnlyList<PictureEntry>>? each = null)
    {
        var start = Stopwatch.GetTimestamp();
        var (set, galleryEntries) = Embed(embedder, gallery, report, token);
        var (asked, queryEntries) = Embed(embedder, queries, report, token);
        var speed = (set.Vectors.Count + asked.Vectors.Count) / Stopwatch.GetElapsedTime(start).TotalSeconds;
        var results = new List<QueryResult>();
        var scores = Retrieval.Score(asked, set, quirks, results.Add);
        foreach (var result in each is null ? [] : results)
        {
            each!(result, queryEntries[result.Query], [.. result.Nearest.Select(place => galleryEntries[place])]);
        }

        var answers = results.Where(result => result.Nearest.Count > 0).Select(result => (Label: asked.Labels[result.Query], Answer: set.Labels[result.Nearest[0]])).ToList();
        return new EvaluationReport(
            scores.RecallAt1, scores.RecallAt5, scores.MeanAveragePrecision, double.IsFinite(scores.MeanInversePenalty) ? scores.MeanInversePenalty : null, scores.Queries, scores.Gallery, speed,
            perLabel ? [.. answers.GroupBy(a => a.Label).Select(group => new LabelScore(group.Key, group.Count(a => a.Answer == a.Label) / (double)group.Count(), group.Count())).OrderBy(score => score.RecallAt1)] : null,
            perLabel ? [.. answers.Where(a => a.Answer != a.Label).GroupBy(a => a).Select(group => new Confusion(group.Key.Label, group.Key.Answer, group.Count())).OrderByDescending(c => c.Count).Take(30)] : null);
    }

    private static (EmbeddedSet Set, List<PictureEntry> Entries) Embed(IPictureEmbedder embedder, IReadOnlyList<PictureEntry> entries, Action<string> report, CancellationToken token)
    {
        var vectors = new List<float[]>();
        var read = new List<PictureEntry>();
        foreach (var part in ReadablePictures.Of(entries, report).Chunk(16))
        {
            token.ThrowIfCancellationRequested();
            read.AddRange(part.Select(item => item.Entry));
            vectors.AddRange(embedder.Embed([.. part.Select(item => item.Picture)]));
        }

        return vectors.Count > 0
            ? (new EmbeddedSet(vectors, [.. read.Select(entry => entry.Label ?? "")], read.All(entry => entry.Camera is not null) ? [.. read.Select(entry => entry.Camera!)] : null), read)
            : throw new DataException($"None of {entries.Count} pictures could be read.");
    }
}
