using System.Collections.Frozen;
using SkiaSharp;

namespace ShiTu.DemoScene.Packs;

/// <summary>Letters of our own, so that a pack looks the same where no font is installed. A glyph is a set of strokes on a grid of 5 x 7.</summary>
public static class StrokeLetters
{
    private static readonly FrozenDictionary<char, string> Glyphs = new Dictionary<char, string>
    {
        ['A'] = "062046|1434",
        ['B'] = "0600304142330333444506",
        ['C'] = "4130100105163645",
        ['D'] = "060030414536 06",
        ['E'] = "40000646|0333",
        ['F'] = "400006|0333",
        ['G'] = "413010010516364543 23",
        ['H'] = "0006|4046|0343",
        ['I'] = "2026",
        ['J'] = "3035261605",
        ['K'] = "0006|4003|0346",
        ['L'] = "000646",
        ['M'] = "0600234046",
        ['N'] = "06004640",
        ['O'] = "100105163645413010",
        ['P'] = "0600304142330 3",
        ['Q'] = "100105163645413010|2446",
        ['R'] = "0600304142330 3|1346",
        ['S'] = "41301001021333444536160 5",
        ['T'] = "0040|2026",
        ['U'] = "000516364540",
        ['V'] = "002640",
        ['W'] = "0016233640",
        ['X'] = "0046|4006",
        ['Y'] = "002340|2326",
        ['Z'] = "00400646",
        ['0'] = "100105163645413010|4105",
        ['1'] = "112026",
        ['2'] = "0110304142064 6",
        ['3'] = "0040234445361605",
        ['4'] = "36300444",
        ['5'] = "40000233444536 06",
        ['6'] = "301105163645443303",
        ['7'] = "004016",
        ['8'] = "1001021333444536160504133241 3010",
        ['9'] = "4313020110304145 16",
        ['Å'] = "063246|1434|2021",
        ['Ä'] = "062246|1434|1010|3030",
        ['Ö'] = "120305163645433212|1010|3030",
        ['Λ'] = "062046",
        ['Δ'] = "06204606",
        ['Σ'] = "40002306 46",
        ['Ω'] = "0616 010030413646",
        ['Φ'] = "2026|110203144445 434231 11",
        ['Π'] = "06004046",
        ['Θ'] = "100105163645413010|1333",
        ['Ξ'] = "0040|1333|0646",
        ['Γ'] = "060040",
        ['Ψ'] = "2026|000213334240",
        ['Я'] = "4640100102134 3|1306",
        ['Ж'] = "0046|4006|2026",
        ['И'] = "00064046",
        ['Д'] = "0605153010|30354546|1535",
        ['山'] = "2026|02064642",
        ['日'] = "000646400 0|0343",
        ['水'] = "202516|0212 05|4123|2346",
        ['木'] = "2026|0242|2206|2246",
        ['茶'] = "0141|1002|3032|230 4|2344|0545|2326|1516",
        ['田'] = "0006464000|2026|0343",
        ['サ'] = "0242|1014|3033 15",
        ['ナ'] = "0242|2023 16",
        ['メ'] = "4006|1145",
        ['カ'] = "0242 3626|2006",
        ['ツ'] = "0112|2031|4106",
        ['の'] = "2114050410 304144 36",
        ['キ'] = "0142|0444|2036",
        ['ت'] = "4244050 4 02|1111|3131",
        ['م'] = "2343342303|0306",
        ['ر'] = "33351606",
        ['ش'] = "4244342434 140403|1020 10|2000",
        ['-'] = "1333",
        ['%'] = "4006|1010|3636",
        ['.'] = "2626",
        [','] = "2617",
        [':'] = "2222|2525",
        ['/'] = "4006",
        ['('] = "30111536",
        [')'] = "10313516",
        ['+'] = "1333|2224",
        ['='] = "1232|1434",
        ['?'] = "0110304122 24|2626",
        ['_'] = "0646",
        ['!'] = "2024|2626",
    }.ToFrozenDictionary();

    /// <summary>True where there is a glyph for the character.</summary>
    public static bool Knows(char character) => Glyphs.ContainsKey(character);

    /// <summary>Draws <paramref name="text"/> centred in <paramref name="box"/>, as large as fits. Characters without a glyph leave a gap.</summary>
    /// <param name="canvas">Where to.</param>
    /// <param name="text">Letters; empty draws nothing.</param>
    /// <param name="box">The room there is, strokes included.</param>
    /// <param name="color">Colour of the strokes.</param>
    /// <param name="weight">Width of a stroke as a share of the height.</param>
    public static void Draw(SKCanvas canvas, string text, SKRect box, SKColor color, float weight = 0.17f)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
        {
            return;
        }

        const float advance = 5.6f;
        var unit = Math.Min(box.Height / (6 + (7 * weight)), box.Width / ((text.Length * advance) - 1.6f + (7 * weight)));
        var width = ((text.Length * advance) - 1.6f) * unit;
        using var paint = new SKPaint
        {
            Color = color,
            IsAntialias = true,
            IsStroke = true,
            StrokeWidth = unit * 7 * weight,
            StrokeCap = SKStrokeCap.Round,
            StrokeJoin = SKStrokeJoin.Round,
        };
        for (var i = 0; i < text.Length; i++)
        {
            if (!Glyphs.TryGetValue(text[i], out var strokes))
            {
                continue;
            }

            var x = box.MidX - (width / 2) + (i * advance * unit);
            using var path = Trace(strokes, x, box.MidY - (3 * unit), unit);
            canvas.DrawPath(path, paint);
        }
    }

    private static SKPath Trace(string strokes, float x, float y, float unit)
    {
        using var builder = new SKPathBuilder();
        foreach (var part in strokes.Split('|'))
        {
            var digits = part.Replace(" ", "", StringComparison.Ordinal);
            for (var i = 0; i + 1 < digits.Length; i += 2)
            {
                var point = new SKPoint(x + ((digits[i] - '0') * unit), y + ((digits[i + 1] - '0') * unit));
                if (i == 0)
                {
                    builder.MoveTo(point);
                    builder.LineTo(point.X + 0.01f, point.Y);
                }
                else
                {
                    builder.LineTo(point);
                }
            }
        }

        return builder.Detach();
    }
}
