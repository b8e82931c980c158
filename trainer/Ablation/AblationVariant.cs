namespace ShiTu.Trainer.Ablation;

/// <summary>A changed recipe.</summary>
/// <param name="Name">Its name, also of its folder.</param>
/// <param name="Set">Changes as of <c>--set</c>: <c>key=value</c>.</param>
public sealed record AblationVariant(string Name, IReadOnlyList<string> Set);
