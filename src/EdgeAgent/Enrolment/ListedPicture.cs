namespace ShiTu.EdgeAgent.Enrolment;

/// <summary>A picture file and the label it shows.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Label">Label, verbatim; also the item's id unless <paramref name="Item"/> says otherwise.</param>
/// <param name="Item">Item id.</param>
internal sealed record ListedPicture(string Path, string Label, string Item);
