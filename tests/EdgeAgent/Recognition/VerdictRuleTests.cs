using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.Index.Gallery;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Recognition;

public sealed class VerdictRuleTests
{
    [Fact]
    public void Clear_of_threshold_and_runner_up_is_recognised()
    {
        var verdict = VerdictRule.Judge([Of("a", 0.8f), Of("b", 0.6f)], 0.05f).ToVerdict();
        Assert.Equal(Decision.Recognised, verdict.Decision);
        Assert.Equal("a", verdict.Best!.Item);
        Assert.Equal("b", verdict.RunnerUp!.Item);
        Assert.Null(verdict.Reason);
        Assert.Equal(0.2f, verdict.Margin!.Value, 0.0001f);
    }

    [Fact]
    public void Below_the_items_own_threshold_is_unknown_and_says_both_figures()
    {
        var verdict = VerdictRule.Judge([Of("a", 0.55f, threshold: 0.6f), Of("b", 0.2f)], 0.05f).ToVerdict();
        Assert.Equal(Decision.Unknown, verdict.Decision);
        Assert.Contains("0.550", verdict.Reason, StringComparison.Ordinal);
        Assert.Contains("0.600", verdict.Reason, StringComparison.Ordinal);
        Assert.Equal("a", verdict.Best!.Item);
    }

    [Fact]
    public void At_the_threshold_is_recognised() => Assert.Equal(Decision.Recognised, VerdictRule.Judge([Of("a", 0.5f)], 0.05f).Decision);

    [Fact]
    public void A_runner_up_too_close_is_ambiguous() => Assert.Equal(VerdictReason.MarginTooSmall, VerdictRule.Judge([Of("a", 0.7f), Of("b", 0.68f)], 0.05f).Reason);

    [Fact]
    public void Two_items_of_one_label_do_not_compete()
    {
        var judgement = VerdictRule.Judge([Of("a", 0.7f, label: "tea"), Of("b", 0.69f, label: "tea"), Of("c", 0.4f)], 0.05f);
        Assert.Equal(Decision.Recognised, judgement.Decision);
        Assert.Equal("c", judgement.RunnerUp.Item!.Id);
    }

    [Fact]
    public void An_empty_gallery_is_unknown_without_a_candidate()
    {
        var verdict = VerdictRule.Judge([default, default], 0.05f).ToVerdict();
        Assert.Equal(Decision.Unknown, verdict.Decision);
        Assert.Null(verdict.Best);
        Assert.Equal("the gallery holds no item", verdict.Reason);
    }

    [Fact]
    public void A_similarity_that_is_no_number_is_unknown() => Assert.Equal(Decision.Unknown, VerdictRule.Judge([Of("a", float.NaN)], 0.05f).Decision);

    private static Match Of(string item, float similarity, float threshold = 0.5f, string? label = null) => new(new GalleryItem(item, label ?? item, null, false), similarity, threshold);
}
