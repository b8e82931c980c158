using SkiaSharp;

namespace ShiTu.DemoScene.Packs;

/// <summary>All-over prints.</summary>
internal static class Patterns
{
    /// <summary>Prints the look's pattern over <paramref name="r"/>; the ground is there already.</summary>
    public static void Draw(SKCanvas canvas, PackLook look, SKRect r)
    {
        var (a, b, s) = (look.Second, look.Accent, look.Cell);
        var columns = (int)MathF.Ceiling(r.Width / s) + 1;
        var rows = (int)MathF.Ceiling(r.Height / s) + 1;
        switch (look.Pattern)
        {
            case PackPattern.Plain:
                break;
            case PackPattern.Diagonals:
                for (var x = r.Left - r.Height; x < r.Right; x += s * 2)
                {
                    canvas.StrokeLine(x, r.Bottom + s, x + r.Height + (2 * s), r.Top - s, a, s);
                }

                break;
            case PackPattern.Bands:
                for (var i = 0; i < rows; i += 2)
                {
                    canvas.Fill(new SKRect(r.Left, r.Top + (i * s), r.Right, r.Top + ((i + 1) * s)), i % 4 == 0 ? a : b);
                }

                break;
            case PackPattern.Pinstripes:
                for (var i = 0; i < columns; i++)
                {
                    canvas.Fill(new SKRect(r.Left + (i * s), r.Top, r.Left + ((i + 0.4f) * s), r.Bottom), i % 3 == 2 ? b : a);
                }

                break;
            case PackPattern.Dots:
                Each(r, s, (x, y, i) => canvas.FillCircle(x, y, s * 0.34f, i % 3 == 0 ? b : a));
                break;
            case PackPattern.Checks:
                for (var i = 0; i < rows; i++)
                {
                    for (var j = i % 2; j < columns; j += 2)
                    {
                        canvas.Fill(new SKRect(r.Left + (j * s), r.Top + (i * s), r.Left + ((j + 1) * s), r.Top + ((i + 1) * s)), a);
                    }
                }

                break;
            case PackPattern.Waves:
                for (var i = 0; i < rows; i++)
                {
                    Wavy(canvas, r, r.Top + (i * s), s, i % 2 == 0 ? a : b, smooth: true);
                }

                break;
            case PackPattern.Zigzag:
                for (var i = 0; i < rows; i++)
                {
                    Wavy(canvas, r, r.Top + (i * s), s, i % 2 == 0 ? a : b, smooth: false);
                }

                break;
            case PackPattern.Diamonds:
                Each(r, s, (x, y, i) =>
                {
                    using var path = Ink.Polygon([new(x, y - (s * 0.5f)), new(x + (s * 0.4f), y), new(x, y + (s * 0.5f)), new(x - (s * 0.4f), y)]);
                    canvas.Fill(path, i % 2 == 0 ? a : b);
                });
                break;
            case PackPattern.Rays:
                var count = Math.Max(6, (int)(600 / s));
                var reach = r.Width + r.Height;
                for (var i = 0; i < count; i++)
                {
                    var (sin0, cos0) = MathF.SinCos(i * MathF.Tau / count);
                    var (sin1, cos1) = MathF.SinCos((i + 0.5f) * MathF.Tau / count);
                    using var path = Ink.Polygon([new(r.MidX, r.MidY), new(r.MidX + (cos0 * reach), r.MidY + (sin0 * reach)), new(r.MidX + (cos1 * reach), r.MidY + (sin1 * reach))]);
                    canvas.Fill(path, a);
                }

                break;
            case PackPattern.Scales:
                for (var i = 0; i < rows * 2; i++)
                {
                    for (var j = 0; j <= columns; j++)
                    {
                        var x = r.Left + ((j + (i % 2 * 0.5f)) * s);
                        var y = r.Top + (i * s * 0.5f);
                        canvas.FillCircle(x, y, s * 0.52f, look.Ground);
                        canvas.StrokeCircle(x, y, s * 0.46f, a, s * 0.08f);
                        canvas.StrokeCircle(x, y, s * 0.27f, a, s * 0.08f);
                        canvas.FillCircle(x, y, s * 0.1f, b);
                    }
                }

                break;
            case PackPattern.Confetti:
            case PackPattern.Blotches:
                var random = new Random((int)(s * 1000) ^ (int)r.Width);
                var blotch = look.Pattern == PackPattern.Blotches;
                var pieces = (int)(r.Width * r.Height / (s * s) * (blotch ? 0.55f : 0.8f));
                for (var i = 0; i < pieces; i++)
                {
                    var x = r.Left + (random.NextSingle() * r.Width);
                    var y = r.Top + (random.NextSingle() * r.Height);
                    canvas.Save();
                    canvas.RotateDegrees(random.NextSingle() * 180, x, y);
                    var (w, h) = blotch ? (s * (0.5f + random.NextSingle()), s * (0.35f + (random.NextSingle() * 0.4f))) : (s * 0.4f, s * 0.16f);
                    canvas.FillOval(new SKRect(x - w, y - h, x + w, y + h), !blotch && i % 2 == 0 ? b : a);
                    canvas.Restore();
                }

                break;
            case PackPattern.Plaid:
                for (var i = 0; i < columns; i++)
                {
                    canvas.Fill(new SKRect(r.Left + (i * s), r.Top, r.Left + ((i + 0.5f) * s), r.Bottom), a.WithAlpha(120));
                    canvas.Fill(new SKRect(r.Left + ((i + 0.7f) * s), r.Top, r.Left + ((i + 0.78f) * s), r.Bottom), b);
                }

                for (var i = 0; i < rows; i++)
                {
                    canvas.Fill(new SKRect(r.Left, r.Top + (i * s), r.Right, r.Top + ((i + 0.5f) * s)), a.WithAlpha(120));
                    canvas.Fill(new SKRect(r.Left, r.Top + ((i + 0.7f) * s), r.Right, r.Top + ((i + 0.78f) * s)), b);
                }

                break;
            case PackPattern.Rings:
                for (var i = (int)((r.Width + r.Height) / 2 / s); i >= 0; i--)
                {
                    canvas.FillCircle(r.MidX, r.MidY, (i + 0.5f) * s, (i % 3) switch { 0 => a, 1 => look.Ground, _ => b });
                }

                break;
            case PackPattern.Halves:
                using (var half = Ink.Polygon([new(r.Left, r.Bottom), new(r.Left, r.Top + (r.Height * 0.7f)), new(r.Right, r.Top + (r.Height * 0.3f)), new(r.Right, r.Bottom)]))
                {
                    canvas.Fill(half, a);
                }

                canvas.StrokeLine(r.Left, r.Top + (r.Height * 0.7f), r.Right, r.Top + (r.Height * 0.3f), b, s * 0.4f);
                break;
            case PackPattern.Tiles:
                Each(r, s, (x, y, i) =>
                {
                    canvas.Fill(new SKRect(x - (s * 0.4f), y - (s * 0.4f), x + (s * 0.4f), y + (s * 0.4f)), (i % 4) switch { 0 => b, 1 => a, _ => look.Ground });
                    canvas.StrokeCircle(x, y, s * 0.24f, i % 2 == 0 ? look.Ground : a, s * 0.1f);
                });
                break;
            case PackPattern.Triangles:
                Each(r, s, (x, y, i) =>
                {
                    var h = i % 2 == 0 ? s * 0.42f : -s * 0.42f;
                    using var path = Ink.Polygon([new(x - (s * 0.45f), y + h), new(x + (s * 0.45f), y + h), new(x, y - h)]);
                    canvas.Fill(path, i % 3 == 0 ? b : a);
                });
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(look), look.Pattern, "No such pattern.");
        }
    }

    private static void Each(SKRect r, float s, Action<float, float, int> draw)
    {
        for (var (i, y) = (0, r.Top + (s / 2)); y < r.Bottom + (s / 2); y += s, i++)
        {
            for (var (j, x) = (0, r.Left + (s / 2)); x < r.Right + (s / 2); x += s, j++)
            {
                draw(x, y, (i * 5) + (j * 3));
            }
        }
    }

    private static void Wavy(SKCanvas canvas, SKRect r, float y, float s, SKColor color, bool smooth)
    {
        using var builder = new SKPathBuilder();
        builder.MoveTo(r.Left - s, y);
        for (var (i, x) = (0, r.Left - s); x < r.Right + s; x += s, i++)
        {
            var dy = i % 2 == 0 ? -s * 0.5f : s * 0.5f;
            if (smooth)
            {
                builder.QuadTo(x + (s / 2), y + dy, x + s, y);
            }
            else
            {
                builder.LineTo(x + (s / 2), y - (s * 0.4f));
                builder.LineTo(x + s, y);
            }
        }

        using var path = builder.Detach();
        canvas.Stroke(path, color, s * 0.36f);
    }
}
