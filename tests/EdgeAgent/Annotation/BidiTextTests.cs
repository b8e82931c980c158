using ShiTu.EdgeAgent.Annotation;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Annotation;

public sealed class BidiTextTests
{
    [Theory]
    [InlineData("Milk 1 l", "Milk 1 l")]
    [InlineData("", "")]
    [InlineData("אבג", "<אבג>")]
    [InlineData("תה 500 גרם", "< גרם>500<תה >")]
    [InlineData("تمر 12.5", "12.5<تمر >")]
    [InlineData("Milk تمر 12.5 kg", "Milk 12.5<تمر > kg")]
    [InlineData("مياه 1,5 لتر", "< لتر>1,5<مياه >")]
    [InlineData("שמן 5% חדש", "< חדש>5%<שמן >")]
    [InlineData("تمر Medjool تمر", "< تمر>Medjool<تمر >")]
    public void Digits_and_foreign_words_keep_their_own_way(string text, string expected)
    {
        var drawn = string.Concat(BidiText.VisualRuns(text).Select(run =>
            run.RightToLeft ? $"<{text.Substring(run.Start, run.Length)}>" : text.Substring(run.Start, run.Length)));
        Assert.Equal(expected, drawn);
    }

    [Fact]
    public void Marks_and_pairs_of_units_are_not_torn_apart()
    {
        Assert.Single(BidiText.VisualRuns("שָׁלוֹם"));
        Assert.Single(BidiText.VisualRuns("🍊 Apelsin 𠮷"));
    }
}
