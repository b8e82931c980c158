using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.ModelUpdates;

/// <summary>What a model updater works with. Nothing here is disposed by it.</summary>
internal sealed record ModelUpdaterParts
{
    /// <summary>Caps and shadow run.</summary>
    public required UpdateOptions Options { get; init; }

    /// <summary>How boxes become verdicts.</summary>
    public required RecognitionOptions Recognition { get; init; }

    /// <summary>Who this device is.</summary>
    public required UpdateTarget Target { get; init; }

    /// <summary>The state directory.</summary>
    public required string StateFolder { get; init; }

    /// <summary>The sets that are there.</summary>
    public required ModelSets Sets { get; init; }

    /// <summary>The set in use.</summary>
    public required ModelSet Present { get; init; }

    /// <summary>The gallery in use.</summary>
    public required GalleryStore Gallery { get; init; }

    /// <summary>Its index.</summary>
    public required LiveIndex Index { get; init; }

    /// <summary>Its thresholds.</summary>
    public required ThresholdSource Thresholds { get; init; }

    /// <summary>Changes the gallery, and says what is in use.</summary>
    public required GalleryUpdater Galleries { get; init; }

    /// <summary>Compares the sets; null where no camera runs (offline).</summary>
    public ShadowRun? Shadow { get; init; }

    /// <summary>Starts the agent anew; null where it does not run (offline).</summary>
    public Action? Restart { get; init; }
}
