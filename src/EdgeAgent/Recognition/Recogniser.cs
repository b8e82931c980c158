using System.Diagnostics;
using ShiTu.EdgeAgent.Events;
using ShiTu.Index.Generations;
using ShiTu.Inference.Detection;
using ShiTu.Inference.Features;
using ShiTu.Inference.Imaging;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.Recognition;

/// <summary>
/// Picture to boxes to embeddings to candidates to verdicts. One a worker, one thread at a time; everything it needs is allocated here, nothing a picture.
/// </summary>
internal sealed class Recogniser : IDisposable
{
    private const float ParityCandidateScore = 0.025f;
    private const float ParityNms = 0.05f;
    private const int ParityBoxes = 5;

    /// <summary>Most boxes a picture under upstream's rule, the whole picture included.</summary>
    public const int MostParityBoxes = ParityBoxes + 1;

    private readonly MainBodyDetector _detector;
    private readonly FeatureExtractor _features;
    private readonly RecognitionOptions _options;
    private readonly DetectionOptions _detection;
    private readonly Detection[] _detections;
    private readonly PixelRect[] _rects;
    private readonly float[] _embeddings;
    private readonly Match[] _matches;
    private readonly float[] _scores;
    private readonly int[] _order;
    private readonly FrameRecognition _result;

    /// <summary>Takes a detector and an extractor of its own.</summary>
    /// <param name="models">The loaded models.</param>
    /// <param name="index">The gallery's index.</param>
    /// <param name="thresholds">Thresholds in use; upstream's rule takes <see cref="RecognitionOptions.Threshold"/> for all.</param>
    /// <param name="options">The rules.</param>
    public Recogniser(ModelSet models, LiveIndex index, ThresholdSource thresholds, RecognitionOptions options)
    {
        _options = options;
        _detector = models.CreateDetector();
        _features = models.CreateFeatureExtractor();
        _features.WarmUp();
        var parity = options.Rule == WholePicture.Parity;
        _detection = new DetectionOptions
        {
            ScoreThreshold = parity ? ParityCandidateScore : options.BoxScore,
            IouThreshold = options.DetectorIou,
            MaxDetections = parity ? ParityBoxes : options.MaxBoxes,
        };
        var most = _detection.MaxDetections + 1;
        _detections = new Detection[most];
        _rects = new PixelRect[most];
        _embeddings = new float[most * _features.Dimension];
        _matches = new Match[most * options.Candidates];
        _scores = new float[most];
        _order = new int[most];
        _result = new FrameRecognition(most, options.Candidates);
        Gallery = new GallerySearch(
            index, parity ? new ThresholdSource(new Thresholds(options.Threshold)) : thresholds, options.Candidates, most, _features.Dimension, models.FeatureEngine.Threads);
    }

    /// <summary>Most boxes a picture, the whole picture included.</summary>
    public int MaxBoxes => _rects.Length;

    /// <summary>Floats an embedding.</summary>
    public int Dimension => _features.Dimension;

    /// <summary>Search in the gallery in use.</summary>
    public GallerySearch Gallery { get; }

    /// <summary>The rules.</summary>
    public RecognitionOptions Options => _options;

    /// <summary>Stopwatch ticks spent in detector, feature model and search since <see cref="StartTiming"/>.</summary>
    public (long Detect, long Embed, long Search) Spent { get; private set; }

    /// <summary>Sets <see cref="Spent"/> to zero.</summary>
    public void StartTiming() => Spent = default;

    /// <summary>Finds the products; boxes that are a part of a stronger one are left out.</summary>
    /// <returns>Best first; holds until the next call.</returns>
    public ReadOnlySpan<Detection> Detect(PictureView picture)
    {
        var start = Stopwatch.GetTimestamp();
        int count;
        if (_options.Rule == WholePicture.Only)
        {
            _detections[0] = new Detection(0, 0, picture.Width, picture.Height, 1f);
            count = 1;
        }
        else
        {
            count = _detector.Detect(picture, _detection, _detections.AsSpan(0, _detection.MaxDetections));
            count = _options.Rule == WholePicture.Parity ? AboveThreshold(count) : DetectionFilter.DropNested(_detections.AsSpan(0, count), _options.NestedShare);
        }

        Spent = Spent with { Detect = Spent.Detect + Stopwatch.GetTimestamp() - start };
        return _detections.AsSpan(0, count);
    }

    /// <summary>Embeds crops of the picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="crops">At most <see cref="MaxBoxes"/>, inside the picture.</param>
    /// <returns>Unit vectors, row by row; hold until the next call.</returns>
    public ReadOnlySpan<float> Embed(PictureView picture, ReadOnlySpan<PixelRect> crops)
    {
        var start = Stopwatch.GetTimestamp();
        var embeddings = _embeddings.AsSpan(0, crops.Length * _features.Dimension);
        if (crops.Length > 0)
        {
            _features.Extract(picture, crops, embeddings);
        }

        Spent = Spent with { Embed = Spent.Embed + Stopwatch.GetTimestamp() - start };
        return embeddings;
    }

    /// <summary>Searches the gallery for each embedding.</summary>
    /// <param name="embeddings">Unit vectors, row by row.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="matches">Receives <see cref="RecognitionOptions.Candidates"/> matches a row.</param>
    /// <returns>The gallery's generation.</returns>
    public long Search(ReadOnlySpan<float> embeddings, int count, Span<Match> matches)
    {
        var start = Stopwatch.GetTimestamp();
        var generation = Gallery.Search(embeddings, count, matches);
        Spent = Spent with { Search = Spent.Search + Stopwatch.GetTimestamp() - start };
        return generation;
    }

    /// <summary>Recognises everything in a picture.</summary>
    /// <returns>The boxes; hold until the next picture.</returns>
    public FrameRecognition Recognise(PictureView picture)
    {
        var found = Detect(picture).Length;
        for (var i = 0; i < found; i++)
        {
            _rects[i] = DetectionFilter.ToRect(_detections[i], picture.Width, picture.Height);
            _result.Slot(i).Place(_rects[i], _detections[i].Score, _options.Rule == WholePicture.Only);
        }

        var count = found;
        if (_options.Rule == WholePicture.Parity)
        {
            Append(picture, count++);
        }

        _result.InSlotOrder();
        LookAt(picture, 0, count);
        if (_options.Rule == WholePicture.Parity)
        {
            KeepAsUpstream(count);
        }
        else if (_options.Rule == WholePicture.Fallback && !AnyRecognised(count))
        {
            FallBack(picture, count);
        }
        else
        {
            _result.Count = count;
        }

        return _result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _detector.Dispose();
        _features.Dispose();
        Gallery.Dispose();
    }

    private int AboveThreshold(int count)
    {
        while (count > 0 && _detections[count - 1].Score < _options.BoxScore)
        {
            count--;
        }

        return count;
    }

    private void Append(PictureView picture, int slot)
    {
        _rects[slot] = new PixelRect(0, 0, picture.Width, picture.Height);
        _result.Slot(slot).Place(_rects[slot], 1f, wholePicture: true);
    }

    private void LookAt(PictureView picture, int first, int count)
    {
        var embeddings = Embed(picture, _rects.AsSpan(first, count));
        var matches = _matches.AsSpan(0, count * _options.Candidates);
        _result.GalleryGeneration = count > 0 ? Search(embeddings, count, matches) : Gallery.CurrentGeneration();
        for (var i = 0; i < count; i++)
        {
            var box = _result.Slot(first + i);
            matches.Slice(i * _options.Candidates, _options.Candidates).CopyTo(box.Matches);
            box.Judge(_options.Rule == WholePicture.Parity ? 0 : _options.Margin);
        }
    }

    private bool AnyRecognised(int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (_result.Slot(i).Judgement.Decision == Decision.Recognised)
            {
                return true;
            }
        }

        return false;
    }

    // The whole picture says something only where it is recognised, or where there is nothing else.
    private void FallBack(PictureView picture, int count)
    {
        Append(picture, count);
        LookAt(picture, count, 1);
        _result.Count = count == 0 || _result.Slot(count).Judgement.Decision == Decision.Recognised ? count + 1 : count;
    }

    private void KeepAsUpstream(int count)
    {
        var hits = 0;
        Span<int> slots = stackalloc int[ParityBoxes + 1];
        for (var i = 0; i < count; i++)
        {
            var best = _result.Slot(i).Judgement.Best;
            if (best.Item is not null && best.Similarity >= best.Threshold)
            {
                slots[hits] = i;
                _rects[hits] = _rects[i];
                _scores[hits++] = best.Similarity;
            }
        }

        var kept = RetrievalNms.Keep(_rects.AsSpan(0, hits), _scores.AsSpan(0, hits), ParityNms, _order);
        for (var i = 0; i < kept; i++)
        {
            _order[i] = slots[_order[i]];
        }

        _result.InOrder(_order.AsSpan(0, kept));
    }
}
