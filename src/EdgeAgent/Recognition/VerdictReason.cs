namespace ShiTu.EdgeAgent.Recognition;

/// <summary>Why something is not recognised.</summary>
internal enum VerdictReason
{
    /// <summary>It is recognised.</summary>
    None,

    /// <summary>The gallery holds no item.</summary>
    EmptyGallery,

    /// <summary>The best candidate is not similar enough.</summary>
    BelowThreshold,

    /// <summary>Another label is too close.</summary>
    MarginTooSmall,

    /// <summary>The looks do not agree on one item.</summary>
    LooksDisagree,

    /// <summary>There were too few looks to decide.</summary>
    TooFewLooks,
}
