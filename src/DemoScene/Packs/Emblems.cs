using SkiaSharp;

namespace ShiTu.DemoScene.Packs;

/// <summary>Vector pictures for labels, drawn into a square.</summary>
internal static class Emblems
{
    /// <summary>Draws <paramref name="emblem"/> around (x, y), <paramref name="r"/> from the middle to the edge.</summary>
    public static void Draw(SKCanvas canvas, PackEmblem emblem, float x, float y, float r, SKColor main, SKColor other)
    {
        if (emblem == PackEmblem.None || r < 2)
        {
            return;
        }

        canvas.Save();
        canvas.Translate(x, y);
        canvas.Scale(r);
        switch (emblem)
        {
            case PackEmblem.Sun:
                using (var rays = Star(16, 1, 0.62f))
                {
                    canvas.Fill(rays, main);
                }

                canvas.FillCircle(0, 0, 0.5f, other);
                break;
            case PackEmblem.Star:
                using (var star = Star(5, 1, 0.42f))
                {
                    canvas.Fill(star, main);
                }

                break;
            case PackEmblem.Leaf:
                FillSvg(canvas, "M0,-1 C.95,-.5 .75,.55 0,.75 C-.75,.55 -.95,-.5 0,-1 Z", main);
                StrokeSvg(canvas, "M0,-.8 V1 M0,-.3 L.4,-.55 M0,.1 L.48,-.15 M0,-.3 L-.4,-.55 M0,.1 L-.48,-.15", other, 0.07f);
                break;
            case PackEmblem.Fish:
                FillSvg(canvas, "M-1,0 C-.5,-.75 .3,-.65 .55,-.05 L1,-.5 V.5 L.55,.05 C.3,.65 -.5,.75 -1,0 Z", main);
                canvas.FillCircle(-0.6f, -0.1f, 0.1f, other);
                StrokeSvg(canvas, "M-.35,-.4 Q-.15,0 -.35,.4 M0,-.35 Q.15,0 0,.35", other, 0.06f);
                break;
            case PackEmblem.Heart:
                FillSvg(canvas, "M0,.95 C-1.5,-.1 -.85,-1.1 0,-.45 C.85,-1.1 1.5,-.1 0,.95 Z", main);
                break;
            case PackEmblem.Drop:
                FillSvg(canvas, "M0,-1 C.35,-.35 .72,0 .72,.35 A.72,.68 0 1 1 -.72,.35 C-.72,0 -.35,-.35 0,-1 Z", main);
                StrokeSvg(canvas, "M-.4,.35 Q-.35,.75 0,.78", other, 0.12f);
                break;
            case PackEmblem.Mountain:
                FillSvg(canvas, "M-1,.8 L-.25,-.8 L.2,.1 L.45,-.3 L1,.8 Z", main);
                FillSvg(canvas, "M-.25,-.8 L.02,-.26 L-.15,-.4 L-.28,-.2 L-.45,-.37 Z", other);
                break;
            case PackEmblem.Bird:
                FillSvg(canvas, "M-1,-.1 L-.6,-.45 C-.3,-.75 .1,-.5 .15,-.2 L1,-.75 L.7,.2 C.5,.75 -.4,.8 -.6,.1 Z", main);
                canvas.FillCircle(-0.45f, -0.25f, 0.09f, other);
                break;
            case PackEmblem.Flower:
                for (var i = 0; i < 6; i++)
                {
                    canvas.FillCircle(0.6f * MathF.Cos(i * MathF.PI / 3), 0.6f * MathF.Sin(i * MathF.PI / 3), 0.4f, main);
                }

                canvas.FillCircle(0, 0, 0.36f, other);
                break;
            case PackEmblem.Crown:
                FillSvg(canvas, "M-.9,.7 L-1,-.5 L-.45,0 L0,-.85 L.45,0 L1,-.5 L.9,.7 Z", main);
                StrokeSvg(canvas, "M-.75,.45 H.75", other, 0.14f);
                break;
            case PackEmblem.Moon:
                FillSvg(canvas, "M.5,-.85 A1,1 0 1 0 .5,.85 A.8,.9 0 1 1 .5,-.85 Z", main);
                canvas.FillCircle(0.55f, 0, 0.16f, other);
                break;
            case PackEmblem.Rocket:
                FillSvg(canvas, "M0,-1 C.5,-.6 .45,.1 .35,.5 L.75,.85 L.2,.72 L0,1 L-.2,.72 L-.75,.85 L-.35,.5 C-.45,.1 -.5,-.6 0,-1 Z", main);
                canvas.FillCircle(0, -0.25f, 0.2f, other);
                break;
            case PackEmblem.Bean:
                canvas.FillOval(new SKRect(-0.65f, -0.95f, 0.65f, 0.95f), main);
                StrokeSvg(canvas, "M.1,-.9 C-.5,-.3 .5,.3 -.1,.9", other, 0.13f);
                break;
            case PackEmblem.Berry:
                FillSvg(canvas, "M0,1 C-.75,.5 -1,-.2 -.6,-.55 C-.3,-.7 .3,-.7 .6,-.55 C1,-.2 .75,.5 0,1 Z", main);
                FillSvg(canvas, "M0,-.35 L-.6,-.6 L-.25,-.7 L0,-1 L.25,-.7 L.6,-.6 Z", other);
                for (var i = 0; i < 9; i++)
                {
                    canvas.FillCircle(((i % 3) - 1) * 0.36f, (((i / 3) - 1) * 0.3f) + 0.1f, 0.05f, other);
                }

                break;
            case PackEmblem.Wheat:
                StrokeSvg(canvas, "M0,-.6 V1", other, 0.08f);
                for (var i = 0; i < 4; i++)
                {
                    var top = (i * 0.38f) - 0.7f;
                    canvas.FillOval(new SKRect(-0.45f, top, -0.06f, top + 0.36f), main);
                    canvas.FillOval(new SKRect(0.06f, top, 0.45f, top + 0.36f), main);
                }

                canvas.FillOval(new SKRect(-0.16f, -1.05f, 0.16f, -0.62f), main);
                break;
            case PackEmblem.House:
                FillSvg(canvas, "M0,-.95 L1,-.1 H.75 V.85 H-.75 V-.1 H-1 Z M-.2,.85 H.2 V.25 H-.2 Z", main);
                break;
            case PackEmblem.Bolt:
                FillSvg(canvas, "M.25,-1 L-.65,.15 H-.08 L-.3,1 L.65,-.25 H.08 Z", main);
                break;
            case PackEmblem.Eye:
                FillSvg(canvas, "M-1,0 Q0,-1 1,0 Q0,1 -1,0 Z", main);
                canvas.FillCircle(0, 0, 0.36f, other);
                canvas.FillCircle(0, 0, 0.16f, main);
                break;
            case PackEmblem.Tree:
                FillSvg(canvas, "M0,-1 L.5,-.35 H.25 L.7,.2 H.4 L.85,.7 H-.85 L-.4,.2 H-.7 L-.25,-.35 H-.5 Z", main);
                canvas.Fill(new SKRect(-0.12f, 0.7f, 0.12f, 1), other);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(emblem), emblem, "No such emblem.");
        }

        canvas.Restore();
    }

    /// <summary>A star around the origin.</summary>
    public static SKPath Star(int points, float outer, float inner)
    {
        Span<SKPoint> corners = stackalloc SKPoint[points * 2];
        for (var i = 0; i < corners.Length; i++)
        {
            var (sin, cos) = MathF.SinCos(i * MathF.PI / points);
            var r = i % 2 == 0 ? outer : inner;
            corners[i] = new SKPoint(sin * r, -cos * r);
        }

        return Ink.Polygon(corners);
    }

    private static void FillSvg(SKCanvas canvas, string svg, SKColor color)
    {
        using var path = Ink.Path(svg);
        canvas.Fill(path, color);
    }

    private static void StrokeSvg(SKCanvas canvas, string svg, SKColor color, float width)
    {
        using var path = Ink.Path(svg);
        canvas.Stroke(path, color, width);
    }
}
