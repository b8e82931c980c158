using ShiTu.Trainer.Detection.Assignment;
using Xunit;

namespace ShiTu.Trainer.Tests.Detection;

/// <summary>Goldens A and B of detector.md 4.2.</summary>
public sealed class SimOtaTests
{
    private readonly Priors _priors = new(64, 64);

    [Fact]
    public void Golden_A_two_boxes_without_conflict() =>
        Assert.Equal(
            "18>0 19>0 26>0 37>1 45>1 74>1 75>1",
            Assign(new Box(10, 11, 34, 30), new Box(28, 20, 60, 59)));

    [Fact]
    public void Golden_B_a_prior_wanted_twice_goes_to_the_cheaper_box() =>
        Assert.Equal(
            "18>0 19>0 26>0 27>1 35>1 69>1 70>1",
            Assign(new Box(8, 8, 40, 38), new Box(13, 12, 44, 45)));

    [Fact]
    public void The_class_cost_of_the_golden_prior() => Assert.Equal(2.136515, SimOta.ClassCost(0.680782, 0.01f), 5);

    [Fact]
    public void A_picture_without_boxes_has_no_positives() => Assert.Equal("", Assign());

    [Fact]
    public void A_box_outside_every_reach_leaves_all_priors_background() => Assert.Equal("", Assign(new Box(900, 900, 930, 930)));

    private string Assign(params Box[] truth)
    {
        var scores = new float[_priors.Count];
        var boxes = new Box[_priors.Count];
        for (var i = 0; i < _priors.Count; i++)
        {
            var reach = 1.5f * _priors.Stride[i];
            scores[i] = _priors.Stride[i] switch { 8 => 0.01f, 16 => 0.05f, 32 => 0.1f, _ => 0.02f };
            boxes[i] = new(_priors.X[i] - reach, _priors.Y[i] - reach, _priors.X[i] + reach, _priors.Y[i] + reach);
        }

        var assigned = new int[_priors.Count];
        var positives = SimOta.Assign(_priors, scores, boxes, truth, assigned);
        Assert.Equal(assigned.Count(a => a >= 0), positives);
        return string.Join(' ', assigned.Select((box, prior) => (box, prior)).Where(a => a.box >= 0).Select(a => $"{a.prior}>{a.box}"));
    }
}
