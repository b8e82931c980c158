namespace ShiTu.EdgeAgent.Recognition;

/// <summary>What part the picture as a whole plays beside the detector's boxes (decision 4).</summary>
internal enum WholePicture
{
    /// <summary>None.</summary>
    Never,

    /// <summary>It is looked at where no crop was recognised. Cameras that track objects never do.</summary>
    Fallback,

    /// <summary>It is the one box; the detector is not asked.</summary>
    Only,

    /// <summary>Upstream's rule: one more box of score 1 that competes with the others (feature-model.md 6.1).</summary>
    Parity,
}
