using ShiTu.EdgeAgent.Events;

namespace ShiTu.EdgeAgent.Recognition;

/// <summary>What was found in a picture. Belongs to its <see cref="Recogniser"/> and holds until the next picture.</summary>
internal sealed class FrameRecognition
{
    private readonly RecognisedBox[] _boxes;
    private readonly RecognisedBox[] _order;

    internal FrameRecognition(int boxes, int candidates)
    {
        _boxes = new RecognisedBox[boxes];
        for (var i = 0; i < boxes; i++)
        {
            _boxes[i] = new RecognisedBox(candidates);
        }

        _order = [.. _boxes];
    }

    /// <summary>Number of boxes.</summary>
    public int Count { get; internal set; }

    /// <summary>Generation of the gallery that was searched.</summary>
    public long GalleryGeneration { get; internal set; }

    /// <summary>Box by rank: by falling detector score, the whole picture last; under upstream's rule by falling similarity.</summary>
    public RecognisedBox this[int index] => index < Count ? _order[index] : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>The most similar recognised box; without one the most similar of all; null where there is no box.</summary>
    public RecognisedBox? Best
    {
        get
        {
            RecognisedBox? best = null;
            for (var i = 0; i < Count; i++)
            {
                if (best is null || Rank(_order[i]).CompareTo(Rank(best)) > 0)
                {
                    best = _order[i];
                }
            }

            return best;
        }
    }

    internal RecognisedBox Slot(int index) => _boxes[index];

    internal void InSlotOrder() => _boxes.CopyTo(_order, 0);

    internal void InOrder(ReadOnlySpan<int> slots)
    {
        for (var i = 0; i < slots.Length; i++)
        {
            _order[i] = _boxes[slots[i]];
        }

        Count = slots.Length;
    }

    private static (bool Recognised, float Similarity) Rank(RecognisedBox box) => (box.Judgement.Decision == Decision.Recognised, box.Judgement.Best.Item is null ? -2f : box.Judgement.Best.Similarity);
}
