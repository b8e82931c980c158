namespace ShiTu.Trainer.Detection.Data;

/// <summary>How often each kind of training picture is drawn; only the proportions count.</summary>
/// <param name="Photo">A picture of a set.</param>
/// <param name="Mosaic">Four of them.</param>
/// <param name="Paste">Objects pasted over a photo or a plain belt.</param>
/// <param name="Belt">A frame of a drawn belt.</param>
public sealed record SceneMix(double Photo = 0.55, double Mosaic = 0.2, double Paste = 0.15, double Belt = 0.1);
