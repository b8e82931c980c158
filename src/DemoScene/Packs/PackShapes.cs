using SkiaSharp;

namespace ShiTu.DemoScene.Packs;

/// <summary>Outlines of packs, upright around the origin.</summary>
internal static class PackShapes
{
    /// <summary>The silhouette.</summary>
    public static SKPath Outline(PackLook look)
    {
        var (w, h) = (look.Width / 2, look.Height / 2);
        return look.Shape switch
        {
            PackShape.Bottle => Ink.Path("M-.34,-1 H.34 V-.6 C.34,-.44 1,-.42 1,-.16 V.94 Q1,1 .8,1 H-.8 Q-1,1 -1,.94 V-.16 C-1,-.42 -.34,-.44 -.34,-.6 Z", w, h),
            PackShape.Jug => Ink.Path(
                "M-.7,-1 H-.1 V-.8 L.6,-.72 Q.98,-.66 1,-.4 V.9 Q1,1 .85,1 H-.85 Q-1,1 -1,.9 V-.35 Q-1,-.62 -.7,-.8 Z M.28,-.52 Q.62,-.52 .66,-.4 L.7,.05 Q.66,.16 .5,.14 L.22,-.1 Q.1,-.5 .28,-.52 Z", w, h),
            PackShape.Carton => Ink.Path("M-.82,-1 H.82 V-.86 L1,-.6 V.985 L.98,1 H-.98 L-1,.985 V-.6 L-.82,-.86 Z", w, h),
            PackShape.Can => Ink.Path("M-.9,-.97 Q0,-1.02 .9,-.97 L.96,-.94 L1,-.9 V.9 L.96,.94 L.9,.97 Q0,1.02 -.9,.97 L-.96,.94 L-1,.9 V-.9 L-.96,-.94 Z", w, h),
            PackShape.Jar => Ink.Path("M-.88,-1 H.88 L.9,-.98 V-.7 H.82 C.84,-.62 1,-.6 1,-.45 V.88 Q1,1 .84,1 H-.84 Q-1,1 -1,.88 V-.45 C-1,-.6 -.84,-.62 -.82,-.7 H-.9 V-.98 Z", w, h),
            PackShape.Bag => Crimped(w, h, vertical: true),
            PackShape.Bar => Crimped(w, h, vertical: false),
            PackShape.Tub => Ink.Path("M0,-1 A1,1 0 0 1 0,1 A1,1 0 0 1 0,-1 Z", w, h),
            PackShape.Tin => Rounded(w, h, Math.Min(w, h) * 0.8f),
            PackShape.Tray => Rounded(w, h, Math.Min(w, h) * 0.2f),
            PackShape.Box => Rounded(w, h, 3),
            PackShape.Tube => Ink.Path("M-1,-1 H1 V-.9 C1,-.4 .8,.4 .72,.76 H.42 V.98 Q.42,1 .38,1 H-.38 Q-.42,1 -.42,.98 V.76 H-.72 C-.8,.4 -1,-.4 -1,-.9 Z", w, h),
            _ => throw new ArgumentOutOfRangeException(nameof(look), look.Shape, "No such shape."),
        };
    }

    /// <summary>The printed part: where pattern and label go.</summary>
    public static SKRect Body(PackLook look)
    {
        var (w, h) = (look.Width / 2, look.Height / 2);
        var (top, bottom) = look.Shape switch
        {
            PackShape.Bottle => (-0.12f, 0.86f),
            PackShape.Jug => (-0.8f, 1f),
            PackShape.Carton => (-0.6f, 1f),
            PackShape.Can => (-0.88f, 0.88f),
            PackShape.Jar => (-0.4f, 0.88f),
            PackShape.Bag => (-0.86f, 0.86f),
            PackShape.Tube => (-0.84f, 0.76f),
            _ => (-1f, 1f),
        };
        var side = look.Shape == PackShape.Bar ? 0.84f : 1;
        return new SKRect(-w * side, top * h, w * side, bottom * h);
    }

    private static SKPath Rounded(float w, float h, float radius)
    {
        using var builder = new SKPathBuilder();
        builder.AddRoundRect(new SKRect(-w, -h, w, h), radius, radius);
        return builder.Detach();
    }

    private static SKPath Crimped(float w, float h, bool vertical)
    {
        // Drawn with the crimps at top and bottom; turned for bars.
        var (across, along) = vertical ? (w, h) : (h, w);
        const int teeth = 14;
        var points = new List<SKPoint>();
        for (var i = 0; i <= teeth * 2; i++)
        {
            points.Add(new SKPoint(across * 0.94f * ((i / (float)teeth) - 1), -along + (i % 2 == 0 ? 4 : 0)));
        }

        points.Add(new SKPoint(across * 0.92f, -along * 0.86f));
        points.Add(new SKPoint(across, -along * 0.6f));
        points.Add(new SKPoint(across * 0.985f, 0));
        points.Add(new SKPoint(across, along * 0.6f));
        points.Add(new SKPoint(across * 0.92f, along * 0.86f));
        for (var i = teeth * 2; i >= 0; i--)
        {
            points.Add(new SKPoint(across * 0.94f * ((i / (float)teeth) - 1), along - (i % 2 == 0 ? 4 : 0)));
        }

        points.Add(new SKPoint(-across * 0.92f, along * 0.86f));
        points.Add(new SKPoint(-across, along * 0.6f));
        points.Add(new SKPoint(-across * 0.985f, 0));
        points.Add(new SKPoint(-across, -along * 0.6f));
        points.Add(new SKPoint(-across * 0.92f, -along * 0.86f));
        if (!vertical)
        {
            for (var i = 0; i < points.Count; i++)
            {
                points[i] = new SKPoint(points[i].Y, points[i].X);
            }
        }

        return Ink.Polygon(points.ToArray());
    }
}
