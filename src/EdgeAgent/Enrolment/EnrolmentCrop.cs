namespace ShiTu.EdgeAgent.Enrolment;

/// <summary>Which part of a gallery picture is embedded.</summary>
internal enum EnrolmentCrop
{
    /// <summary>The detector's best box where it is sure of one, else the whole picture.</summary>
    Auto,

    /// <summary>The whole picture.</summary>
    Whole,
}
