namespace ShiTu.TestKit.Disks;

/// <summary>What a write meets.</summary>
public enum DiskFault
{
    /// <summary>EIO, nothing written.</summary>
    Failed = 0,

    /// <summary>ENOSPC, nothing written.</summary>
    Full = 1,

    /// <summary>EIO after half of the bytes.</summary>
    Torn = 2,
}
