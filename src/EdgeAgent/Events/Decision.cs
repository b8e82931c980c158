namespace ShiTu.EdgeAgent.Events;

/// <summary>The verdict on an object (decision 4).</summary>
internal enum Decision
{
    /// <summary>An item of the gallery, above its threshold and clear of the runner-up.</summary>
    Recognised,

    /// <summary>The best hit is below the threshold.</summary>
    Unknown,

    /// <summary>The runner-up is too close.</summary>
    Ambiguous,
}
