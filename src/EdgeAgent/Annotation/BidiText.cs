using System.Globalization;
using System.Text;

namespace ShiTu.EdgeAgent.Annotation;

/// <summary>A part of a text that runs one way.</summary>
/// <param name="Start">First UTF-16 unit.</param>
/// <param name="Length">Number of units.</param>
/// <param name="RightToLeft">Which way.</param>
internal readonly record struct BidiRun(int Start, int Length, bool RightToLeft);

/// <summary>
/// The order in which a line is drawn: Unicode's bidirectional algorithm (UAX #9, rules P2 to L2) without explicit embeddings and isolates, which labels do not hold.
/// Digits beside Arabic or Hebrew keep running left to right.
/// </summary>
internal static class BidiText
{
    private enum Kind : byte
    {
        L,
        R,
        AL,
        EN,
        AN,
        ES,
        ET,
        CS,
        NSM,
        WS,
        ON,
    }

    /// <summary>The runs of <paramref name="text"/> from left to right.</summary>
    public static IReadOnlyList<BidiRun> VisualRuns(string text)
    {
        var levels = Levels(text);
        var runs = new List<(BidiRun Run, int Level)>();
        for (var start = 0; start < levels.Length;)
        {
            var end = start + 1;
            while (end < levels.Length && levels[end] == levels[start])
            {
                end++;
            }

            runs.Add((new BidiRun(start, end - start, levels[start] % 2 == 1), levels[start]));
            start = end;
        }

        // L2: from the highest level down, turn every stretch of runs at that level or above.
        for (var level = runs.Count == 0 ? 0 : runs.Max(r => r.Level); level > 0; level--)
        {
            for (var i = 0; i < runs.Count; i++)
            {
                var from = i;
                while (i < runs.Count && runs[i].Level >= level)
                {
                    i++;
                }

                runs.Reverse(from, i - from);
            }
        }

        return [.. runs.Select(r => r.Run)];
    }

    /// <summary>Embedding level of every UTF-16 unit.</summary>
    internal static int[] Levels(string text)
    {
        var kinds = Classify(text);
        var first = Array.FindIndex(kinds, k => k is Kind.L or Kind.R or Kind.AL);
        var paragraph = first >= 0 && kinds[first] != Kind.L ? 1 : 0;
        var edge = paragraph == 1 ? Kind.R : Kind.L;
        ResolveWeak(kinds, edge);
        ResolveNeutral(kinds, edge);
        var levels = new int[kinds.Length];
        for (var i = 0; i < kinds.Length; i++)
        {
            levels[i] = (paragraph, kinds[i]) switch
            {
                (0, Kind.R) => 1,
                (0, Kind.EN or Kind.AN) => 2,
                (1, Kind.L or Kind.EN or Kind.AN) => 2,
                _ => paragraph,
            };
        }

        // L1: spaces at the end stand where the paragraph ends.
        for (var i = text.Length - 1; i >= 0 && char.IsWhiteSpace(text[i]); i--)
        {
            levels[i] = paragraph;
        }

        return levels;
    }

    private static void ResolveWeak(Kind[] kinds, Kind edge)
    {
        var (before, strong) = (edge, edge);
        for (var i = 0; i < kinds.Length; i++)
        {
            kinds[i] = kinds[i] == Kind.NSM ? before : kinds[i];
            before = kinds[i];
            if (kinds[i] is Kind.L or Kind.R or Kind.AL)
            {
                strong = kinds[i];
            }
            else if (kinds[i] == Kind.EN && strong == Kind.AL)
            {
                kinds[i] = Kind.AN;
            }
        }

        for (var i = 0; i < kinds.Length; i++)
        {
            kinds[i] = kinds[i] == Kind.AL ? Kind.R : kinds[i];
        }

        for (var i = 1; i + 1 < kinds.Length; i++)
        {
            if (kinds[i - 1] == kinds[i + 1] && ((kinds[i] is Kind.ES or Kind.CS && kinds[i - 1] == Kind.EN) || (kinds[i] == Kind.CS && kinds[i - 1] == Kind.AN)))
            {
                kinds[i] = kinds[i - 1];
            }
        }

        for (var i = 0; i < kinds.Length;)
        {
            var end = i;
            while (end < kinds.Length && kinds[end] == Kind.ET)
            {
                end++;
            }

            if (end > i && ((i > 0 && kinds[i - 1] == Kind.EN) || (end < kinds.Length && kinds[end] == Kind.EN)))
            {
                kinds.AsSpan(i, end - i).Fill(Kind.EN);
            }

            i = Math.Max(end, i + 1);
        }

        strong = edge;
        for (var i = 0; i < kinds.Length; i++)
        {
            if (kinds[i] is Kind.ES or Kind.ET or Kind.CS)
            {
                kinds[i] = Kind.ON;
            }
            else if (kinds[i] is Kind.L or Kind.R)
            {
                strong = kinds[i];
            }
            else if (kinds[i] == Kind.EN && strong == Kind.L)
            {
                kinds[i] = Kind.L;
            }
        }
    }

    private static void ResolveNeutral(Kind[] kinds, Kind edge)
    {
        static Kind Side(Kind kind) => kind == Kind.L ? Kind.L : Kind.R;
        for (var i = 0; i < kinds.Length;)
        {
            var end = i;
            while (end < kinds.Length && kinds[end] is Kind.WS or Kind.ON)
            {
                end++;
            }

            if (end > i)
            {
                var left = i > 0 ? Side(kinds[i - 1]) : edge;
                var right = end < kinds.Length ? Side(kinds[end]) : edge;
                kinds.AsSpan(i, end - i).Fill(left == right ? left : edge);
            }

            i = Math.Max(end, i + 1);
        }
    }

    private static Kind[] Classify(string text)
    {
        var kinds = new Kind[text.Length];
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            kinds.AsSpan(at, rune.Utf16SequenceLength).Fill(KindOf(rune));
            at += rune.Utf16SequenceLength;
        }

        return kinds;
    }

    private static Kind KindOf(Rune rune)
    {
        var category = Rune.GetUnicodeCategory(rune);
        return rune.Value switch
        {
            >= '0' and <= '9' or >= 0x06F0 and <= 0x06F9 => Kind.EN,
            >= 0x0660 and <= 0x0669 or 0x066B or 0x066C or 0x06DD => Kind.AN,
            '+' or '-' => Kind.ES,
            '#' or '%' or '$' or 0xB0 or 0xA3 or 0xA5 or 0x066A or 0x2030 or >= 0x20A0 and <= 0x20CF => Kind.ET,
            ',' or '.' or ':' or '/' or 0xA0 or 0x060C => Kind.CS,
            0x200E => Kind.L,
            0x200F => Kind.R,
            0x061C => Kind.AL,
            _ when category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark => Kind.NSM,
            >= 0x0590 and <= 0x05FF or >= 0x07C0 and <= 0x085F or >= 0xFB1D and <= 0xFB4F or >= 0x10800 and <= 0x10CFF or >= 0x1E800 and <= 0x1E95F => Kind.R,
            >= 0x0600 and <= 0x07BF or >= 0x0860 and <= 0x08FF or >= 0xFB50 and <= 0xFDFF or >= 0xFE70 and <= 0xFEFC or >= 0x1EE00 and <= 0x1EEFF => Kind.AL,
            _ when Rune.IsWhiteSpace(rune) => Kind.WS,
            _ when Rune.IsLetterOrDigit(rune) || category is UnicodeCategory.SpacingCombiningMark => Kind.L,
            _ => Kind.ON,
        };
    }
}
