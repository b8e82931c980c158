using SkiaSharp;

namespace ShiTu.DemoScene.Packs;

/// <summary>Draws a pack upright around the origin: print, label, fittings, relief.</summary>
internal static class PackPainter
{
    /// <summary>Draws <paramref name="look"/>.</summary>
    public static void Draw(SKCanvas canvas, PackLook look)
    {
        if (look.Art is { } art)
        {
            art(canvas, look);
            return;
        }

        using var outline = PackShapes.Outline(look);
        var body = PackShapes.Body(look);
        var whole = new SKRect(-look.Width / 2, -look.Height / 2, look.Width / 2, look.Height / 2);
        canvas.Save();
        canvas.ClipPath(outline, antialias: true);
        canvas.Fill(whole, look.Ground);
        canvas.Save();
        canvas.ClipRect(look.Shape is PackShape.Bottle or PackShape.Jar ? body : whole);
        Patterns.Draw(canvas, look, look.Shape is PackShape.Bottle or PackShape.Jar ? body : whole);
        canvas.Restore();
        DrawLabel(canvas, look, body);
        DrawFittings(canvas, look, whole);
        DrawRelief(canvas, look, whole, outline);
        canvas.Restore();
        canvas.Stroke(outline, new SKColor(20, 18, 16, 90), 1.2f);
    }

    private static void DrawLabel(SKCanvas canvas, PackLook look, SKRect body)
    {
        var height = body.Height * look.LabelSize;
        var middle = body.Top + (body.Height * look.LabelAt);
        var area = new SKRect(body.Left, middle - (height / 2), body.Right, middle + (height / 2));
        var inner = area;
        switch (look.Layout)
        {
            case LabelLayout.None:
                break;
            case LabelLayout.Band:
                canvas.Fill(area, look.Label);
                canvas.Fill(new SKRect(area.Left, area.Top, area.Right, area.Top + 4), look.Accent);
                canvas.Fill(new SKRect(area.Left, area.Bottom - 4, area.Right, area.Bottom), look.Accent);
                break;
            case LabelLayout.Oval:
                inner = SKRect.Inflate(area, -area.Width * 0.06f, 0);
                canvas.FillOval(SKRect.Inflate(inner, 4, 4), look.Accent);
                canvas.FillOval(inner, look.Label);
                inner = SKRect.Inflate(inner, -inner.Width * 0.1f, -inner.Height * 0.1f);
                break;
            case LabelLayout.Panel:
                inner = SKRect.Inflate(area, -area.Width * 0.1f, 0);
                canvas.Fill(inner, look.Label, 8);
                break;
            case LabelLayout.Circle:
                var r = Math.Min(area.Width, area.Height) * 0.48f;
                canvas.FillCircle(area.MidX, area.MidY, r + 4, look.Accent);
                canvas.FillCircle(area.MidX, area.MidY, r, look.Label);
                inner = new SKRect(area.MidX - (r * 0.78f), area.MidY - (r * 0.85f), area.MidX + (r * 0.78f), area.MidY + (r * 0.85f));
                break;
            case LabelLayout.Sash:
                canvas.StrokeLine(area.Left - 20, area.Bottom, area.Right + 20, area.Top, look.Label, height * 0.7f);
                inner = SKRect.Inflate(area, -area.Width * 0.1f, -area.Height * 0.1f);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(look), look.Layout, "No such layout.");
        }

        if (look.Shape == PackShape.Bar)
        {
            // Reads along the bar: emblem left, letters beside it.
            var side = inner.Height * 0.4f;
            Emblems.Draw(canvas, look.Emblem, inner.Left + (side * 1.5f), inner.MidY, side, look.Accent, look.Second);
            StrokeLetters.Draw(canvas, look.Text, new SKRect(inner.Left + (side * 3), inner.Top + (inner.Height * 0.2f), inner.Right - 10, inner.Bottom - (inner.Height * 0.2f)), look.Ink);
            return;
        }

        var emblem = look.Emblem != PackEmblem.None;
        var split = emblem ? inner.Top + (inner.Height * 0.58f) : inner.Top + (inner.Height * 0.06f);
        if (emblem)
        {
            var radius = Math.Min(inner.Width * 0.4f, (split - inner.Top) * 0.44f);
            Emblems.Draw(canvas, look.Emblem, inner.MidX, (inner.Top + split) / 2, radius, look.Accent, look.Second);
        }

        var small = look.Small.Length > 0;
        var letters = new SKRect(inner.Left + (inner.Width * 0.07f), split, inner.Right - (inner.Width * 0.07f), inner.Bottom - (inner.Height * (small ? 0.2f : 0.07f)));
        StrokeLetters.Draw(canvas, look.Text, letters, look.Ink);
        StrokeLetters.Draw(canvas, look.Small, new SKRect(letters.Left + 4, letters.Bottom + 2, letters.Right - 4, inner.Bottom - (inner.Height * 0.05f)), look.Ink, 0.12f);
    }

    private static void DrawFittings(SKCanvas canvas, PackLook look, SKRect r)
    {
        var dark = new SKColor(0, 0, 0, 70);
        switch (look.Shape)
        {
            case PackShape.Bottle:
                var cap = new SKRect(r.Left, r.Top, r.Right, r.Top + (r.Height * 0.085f));
                canvas.Fill(cap, look.Cap);
                for (var x = -r.Width * 0.17f; x < r.Width * 0.17f; x += 5)
                {
                    canvas.StrokeLine(x, cap.Top, x, cap.Bottom, dark, 1.2f);
                }

                canvas.StrokeLine(r.Left, cap.Bottom + 2, r.Right, cap.Bottom + 2, dark, 3);
                break;
            case PackShape.Jug:
                canvas.Fill(new SKRect(r.Left, r.Top, r.MidX - (r.Width * 0.04f), r.Top + (r.Height * 0.1f)), look.Cap);
                break;
            case PackShape.Carton:
                canvas.Fill(new SKRect(r.Left, r.Top, r.Right, r.Top + (r.Height * 0.07f)), look.Cap);
                canvas.StrokeLine(r.Left, r.Top + (r.Height * 0.07f), r.Right, r.Top + (r.Height * 0.07f), dark, 2);
                canvas.Fill(new SKRect(r.Left, r.Top + (r.Height * 0.07f), r.Right, r.Top + (r.Height * 0.2f)), new SKColor(255, 255, 255, 60));
                canvas.StrokeLine(r.Left, r.Top + (r.Height * 0.2f), r.Right, r.Top + (r.Height * 0.2f), dark, 2);
                canvas.FillCircle(r.MidX, r.Top + (r.Height * 0.135f), r.Height * 0.045f, look.Cap);
                canvas.StrokeCircle(r.MidX, r.Top + (r.Height * 0.135f), r.Height * 0.045f, dark, 2);
                break;
            case PackShape.Can:
                foreach (var (top, bottom) in new[] { (r.Top, r.Top + (r.Height * 0.06f)), (r.Bottom - (r.Height * 0.06f), r.Bottom) })
                {
                    canvas.Fill(new SKRect(r.Left, top, r.Right, bottom), new SKColor(190, 194, 200));
                    canvas.StrokeLine(r.Left, (top + bottom) / 2, r.Right, (top + bottom) / 2, new SKColor(110, 112, 118), 2);
                }

                break;
            case PackShape.Jar:
                var lid = new SKRect(r.Left, r.Top, r.Right, r.Top + (r.Height * 0.15f));
                canvas.Fill(lid, look.Cap);
                for (var x = r.Left; x < r.Right; x += 7)
                {
                    canvas.StrokeLine(x, lid.Top + 4, x, lid.Bottom, dark, 1.4f);
                }

                break;
            case PackShape.Bag:
                canvas.Fill(new SKRect(r.Left, r.Top, r.Right, r.Top + (r.Height * 0.07f)), look.Cap);
                canvas.Fill(new SKRect(r.Left, r.Bottom - (r.Height * 0.07f), r.Right, r.Bottom), look.Cap);
                for (var y = 4f; y < r.Height * 0.07f; y += 5)
                {
                    canvas.StrokeLine(r.Left, r.Top + y, r.Right, r.Top + y, dark, 1);
                    canvas.StrokeLine(r.Left, r.Bottom - y, r.Right, r.Bottom - y, dark, 1);
                }

                break;
            case PackShape.Bar:
                canvas.Fill(new SKRect(r.Left, r.Top, r.Left + (r.Width * 0.08f), r.Bottom), look.Cap);
                canvas.Fill(new SKRect(r.Right - (r.Width * 0.08f), r.Top, r.Right, r.Bottom), look.Cap);
                for (var x = 4f; x < r.Width * 0.08f; x += 5)
                {
                    canvas.StrokeLine(r.Left + x, r.Top, r.Left + x, r.Bottom, dark, 1);
                    canvas.StrokeLine(r.Right - x, r.Top, r.Right - x, r.Bottom, dark, 1);
                }

                break;
            case PackShape.Tube:
                canvas.Fill(new SKRect(r.Left, r.Top, r.Right, r.Top + (r.Height * 0.06f)), look.Cap);
                canvas.Fill(new SKRect(r.Left, r.Bottom - (r.Height * 0.12f), r.Right, r.Bottom), look.Cap);
                break;
            case PackShape.Tin:
                canvas.StrokeCircle(r.Right - (r.Width * 0.1f), r.MidY, r.Height * 0.09f, new SKColor(90, 90, 96), 6);
                canvas.StrokeCircle(r.Right - (r.Width * 0.1f), r.MidY, r.Height * 0.09f, new SKColor(200, 204, 210), 3.5f);
                break;
            default:
                break;
        }
    }

    private static void DrawRelief(SKCanvas canvas, PackLook look, SKRect r, SKPath outline)
    {
        switch (look.Shape)
        {
            case PackShape.Bottle:
                Relief.Cylinder(canvas, r, 0.8f);
                break;
            case PackShape.Can:
                Relief.Cylinder(canvas, r, 0.65f);
                break;
            case PackShape.Jar:
                Relief.Cylinder(canvas, r, 0.7f);
                break;
            case PackShape.Tube:
                Relief.Cylinder(canvas, r, 0.5f);
                break;
            case PackShape.Jug:
                Relief.Cylinder(canvas, r, 0.35f);
                break;
            case PackShape.Bag:
                Relief.Pillow(canvas, r, 0.9f);
                break;
            case PackShape.Bar:
                Relief.Cylinder(canvas, r, 0.45f, alongX: true);
                break;
            case PackShape.Tub:
            case PackShape.Tin:
            case PackShape.Tray:
                Relief.Lid(canvas, r, outline, look.Shape == PackShape.Tray ? 0.8f : 0.5f);
                break;
            default:
                Relief.Face(canvas, r, outline);
                break;
        }
    }
}
