namespace ShiTu.Trainer.Import.Pickle;

/// <summary>An array being rebuilt from a pickle: made empty, then given its state.</summary>
internal sealed class PickleArray
{
    /// <summary>Dimensions, once known.</summary>
    public int[]? Shape { get; set; }

    /// <summary>Values, once known.</summary>
    public float[]? Values { get; set; }
}

/// <summary>A recognised name; nothing is ever called.</summary>
/// <param name="Module">Module.</param>
/// <param name="Name">Function or class.</param>
internal sealed record PickleGlobal(string Module, string Name);

/// <summary>An element type being rebuilt.</summary>
internal sealed class PickleDtype(string code)
{
    /// <summary>Code such as <c>f4</c>.</summary>
    public string Code { get; } = code;

    /// <summary>Byte order, once known.</summary>
    public string? Order { get; set; }
}
