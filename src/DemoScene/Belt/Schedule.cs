using SkiaSharp;

namespace ShiTu.DemoScene.Belt;

/// <summary>Lays the objects out on the belt. All move with it, so what lies apart stays apart; what overlaps keeps overlapping.</summary>
internal static class Schedule
{
    private const double MaxRadius = 190;
    private static readonly SKRect Everywhere = new(-1e6f, -1e6f, 1e6f, 1e6f);

    /// <summary>Places objects until the belt has no more time (or is full from end to end).</summary>
    public static IReadOnlyList<Journey> Lay(SceneOptions options, IReadOnlyList<PackSprite> sprites, IReadOnlyList<SceneProduct> products)
    {
        var random = new Random(options.Seed);
        var length = options.Width * 720.0 / options.Height;
        var reach = MaxRadius * options.ProductScale * 1.1;
        var travelled = options.Speed * options.Seconds;
        var (first, last) = options.Filled ? (-length - reach, travelled + reach) : (reach, travelled - length - reach);
        var journeys = new List<Journey>();
        var order = new Queue<int>();
        var upper = random.Next(2) == 0;
        var along = first;
        var (overlap, lies) = (false, false);
        for (var number = 0; ; number++)
        {
            if (order.Count == 0)
            {
                var round = Enumerable.Range(0, products.Count).ToArray();
                random.Shuffle(round);
                order = new Queue<int>(round);
            }

            var index = order.Dequeue();
            upper = !upper;
            var scale = options.ProductScale * (0.94 + (random.NextDouble() * 0.12));
            var piled = lies;
            lies = overlap;
            var carries = random.NextDouble() < options.OverlapShare && !lies;
            overlap = carries;
            var spin = lies || carries || random.Next(2) == 0 ? 0 : (random.NextDouble() - 0.5) * 70;
            var across = (upper ? 225 : 495) + ((random.NextDouble() - 0.5) * 90);
            var journey = new Journey(number, products[index], sprites[index], along, across, scale, random.NextDouble() * 360, spin);
            if (lies && journeys.Count > 0)
            {
                journey = Overlapping(journey, journeys[^1], 0.1 + (random.NextDouble() * 0.12));
            }
            else if (journeys.Count > 0)
            {
                // A pile needs room behind it.
                var step = options.Spacing * (0.7 + (random.NextDouble() * 0.6)) * (piled ? 1.6 : 1);
                journey = journey with { Along = journeys[^1].Along + step };
                while (journeys.TakeLast(4).Any(other => Touch(journey, other)))
                {
                    journey = journey with { Along = journey.Along + 12 };
                }
            }

            if (journey.Along > last)
            {
                return journeys;
            }

            along = journey.Along;
            journeys.Add(journey);
        }
    }

    private static Journey Overlapping(Journey journey, Journey before, double share)
    {
        // Side by side first, then closer until enough of the lower one is covered.
        var across = before.Across < 360 ? before.Across + 60 : before.Across - 60;
        for (var gap = 380.0; gap > 0; gap -= 4)
        {
            var moved = journey with { Along = before.Along + gap, Across = across };
            if (1 - Seen(before, moved, 0) >= share)
            {
                return moved;
            }
        }

        return journey with { Along = before.Along + 400 };
    }

    private static bool Touch(Journey a, Journey b)
    {
        if (Math.Abs(a.Along - b.Along) > 420 * Math.Max(a.Scale, b.Scale))
        {
            return false;
        }

        // Slightly grown, at several moments: the two may spin.
        var grown = a with { Scale = a.Scale * 1.08 };
        for (var travel = a.Along - 200; travel <= a.Along + 1800; travel += a.Spin == 0 && b.Spin == 0 ? 5000 : 250)
        {
            if (Seen(b, grown, travel) < 1)
            {
                return true;
            }
        }

        return false;
    }

    private static float Seen(Journey below, Journey above, double travel) =>
        Cover.VisibleShare(below, below.At(travel, 1), [(above, above.At(travel, 1))], Everywhere);
}
