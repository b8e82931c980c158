namespace ShiTu.Trainer.Tests.Import;

/// <summary>A white page with one line of capitals drawn from bars, 240 x 32 pixels at (40, 60).</summary>
internal static class StrokePage
{
    public const int Width = 320;
    public const int Height = 160;

    /// <summary>Normalised planes, as the text detector takes them.</summary>
    public static float[] Normalised(string line)
    {
        var page = new byte[Width * Height];
        Array.Fill(page, (byte)255);
        for (var i = 0; i < line.Length; i++)
        {
            foreach (var (x, y, width, height) in Bars(line[i])) Fill(page, 40 + (24 * i) + x, 60 + y, width, height);
        }

        float[] mean = [0.485f, 0.456f, 0.406f], deviation = [0.229f, 0.224f, 0.225f];
        return [.. Enumerable.Range(0, 3).SelectMany(c => page.Select(grey => ((grey / 255f) - mean[c]) / deviation[c]))];
    }

    private static (int X, int Y, int Width, int Height)[] Bars(char letter) => letter switch
    {
        'H' => [(0, 0, 4, 32), (14, 0, 4, 32), (0, 14, 18, 4)],
        'E' => [(0, 0, 4, 32), (0, 0, 18, 4), (0, 14, 14, 4), (0, 28, 18, 4)],
        'L' => [(0, 0, 4, 32), (0, 28, 18, 4)],
        'T' => [(7, 0, 4, 32), (0, 0, 18, 4)],
        _ => [(7, 0, 4, 32)],
    };

    private static void Fill(byte[] page, int left, int top, int width, int height)
    {
        for (var y = top; y < top + height; y++) page.AsSpan((y * Width) + left, width).Clear();
    }
}
