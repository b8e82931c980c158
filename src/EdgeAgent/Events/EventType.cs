namespace ShiTu.EdgeAgent.Events;

/// <summary>What happened to an object (contract 1.1).</summary>
internal enum EventType
{
    /// <summary>An object appeared.</summary>
    Opened,

    /// <summary>The vote settled.</summary>
    Confirmed,

    /// <summary>The vote settled on another item.</summary>
    Changed,

    /// <summary>The object left.</summary>
    Closed,
}
