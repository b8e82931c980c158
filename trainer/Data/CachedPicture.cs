namespace ShiTu.Trainer.Data;

/// <summary>A decoded picture in memory: square, RGB, rows without padding, one spare byte at the end so that a pixel can be read as four.</summary>
/// <param name="Pixels">side · side · 3 + 1 bytes.</param>
/// <param name="Side">Pixels a side.</param>
public sealed record CachedPicture(byte[] Pixels, int Side);
