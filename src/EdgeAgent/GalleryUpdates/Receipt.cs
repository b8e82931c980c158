using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.ModelUpdates;
using ShiTu.EdgeAgent.Outbox;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>The answer to an update or command (contract 2.4).</summary>
/// <param name="For"><c>manifest</c> or <c>command</c>.</param>
/// <param name="Reference">What it answers: <c>gallery/57</c>, <c>models/12</c>, or the command's id.</param>
/// <param name="Refusal">Why it was refused; null where it was accepted.</param>
/// <param name="Text">What was done, in words; the refusal's text where there is one.</param>
/// <param name="Generation">Generation in use now.</param>
/// <param name="ContentHash">Hash of the content in use now; empty for none.</param>
/// <param name="Items">Items in use now.</param>
/// <param name="Time">When.</param>
internal sealed record Receipt(string For, string Reference, Refusal? Refusal, string Text, long Generation, string ContentHash, int Items, DateTimeOffset Time)
{
    /// <summary>Identity of the models in use, where the receipt is about them.</summary>
    public string? Model { get; init; }

    /// <summary>How far the next models disagreed with those in use, where that was tried.</summary>
    public ShadowFigures? Shadow { get; init; }

    /// <summary>Whether it was taken.</summary>
    public bool Accepted => Refusal is null;

    /// <summary>The JSON.</summary>
    public byte[] ToJson() => PayloadWriter.Object(this, static (json, receipt) =>
    {
        json.WriteString("schema", "shitu.receipt/1");
        json.WriteString("for", receipt.For);
        json.WriteString("ref", receipt.Reference);
        json.WriteBoolean("accepted", receipt.Accepted);
        json.Optional("check", receipt.Refusal?.Check);
        json.WriteString("text", receipt.Refusal?.Text ?? receipt.Text);
        json.WriteNumber("generation", receipt.Generation);
        json.Optional("content_hash", receipt.ContentHash.Length > 0 ? receipt.ContentHash : null);
        json.WriteNumber("items", receipt.Items);
        json.Optional("model", receipt.Model);
        receipt.Shadow?.Write(json);
        json.Time("time", receipt.Time);
    });

    /// <summary>As the outbox takes it.</summary>
    public OutboxDraft ToDraft() => new(OutboxKind.Receipt, "receipts", "shitu.receipt", ToJson());
}
