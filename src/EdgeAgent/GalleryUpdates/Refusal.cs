namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Why a manifest or command is refused.</summary>
/// <param name="Check">The check that failed, as receipts name it (contract 2.4).</param>
/// <param name="Text">What was found and what would be right.</param>
internal sealed record Refusal(string Check, string Text);

/// <summary>A refusal found deep inside; nothing was changed.</summary>
internal sealed class RefusedException(string check, string text, Exception? inner = null) : Exception(text, inner)
{
    /// <summary>The refusal.</summary>
    public Refusal Refusal { get; } = new(check, text);

    /// <summary>Whether the same manifest may be tried again: nothing was wrong with it, something was only not there.</summary>
    public bool MayRetry { get; init; }
}
