using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>Turns colours by PIL's arithmetic: through hue, saturation and value as bytes and back; 256 steps are the full circle. Greys stay.</summary>
internal readonly struct HueShift(int steps) : IPixelChange
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector256<int> R, Vector256<int> G, Vector256<int> B) Of(Vector256<int> r, Vector256<int> g, Vector256<int> b)
    {
        var (high, low) = (Vector256.Max(r, Vector256.Max(g, b)), Vector256.Min(r, Vector256.Min(g, b)));
        var (redTop, greenTop) = (Vector256.Equals(r, high), Vector256.Equals(g, high));

        // A grey's span of one keeps its lanes finite; its saturation of zero leaves it as it is.
        var span = Vector256.ConvertToSingle(Vector256.Max(high - low, Vector256<int>.One));
        var ahead = Vector256.ConvertToSingle(high - Choose(redTop, b, Choose(greenTop, r, g))) / span;
        var behind = Vector256.ConvertToSingle(high - Choose(redTop, g, Choose(greenTop, b, r))) / span;
        var sector = Choose(redTop, Vector256<int>.Zero, Choose(greenTop, Vector256.Create(2), Vector256.Create(4)));
        var hue = (HueOf(sector, ahead, behind) + Vector256.Create(steps)) & Vector256.Create(255);
        var saturation = Scaled(Widen(Vector256.ConvertToSingle(high - low) / Vector256.ConvertToSingle(Vector256.Max(high, Vector256<int>.One))));
        var grey = Vector256.Equals(saturation, Vector256<int>.Zero);
        var turned = FromHue(hue, saturation, high);
        return (Choose(grey, high, turned.R), Choose(grey, high, turned.G), Choose(grey, high, turned.B));
    }

    // PIL keeps hue and saturation as floats but adds and multiplies them as doubles: where they are cut to bytes, that decides.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> HueOf(Vector256<int> sector, Vector256<float> ahead, Vector256<float> behind)
    {
        var turn = (Widen(Rounded(Widen(Vector256.ConvertToSingle(sector)) + Widen(ahead) - Widen(behind))) / Vector512.Create(6.0)) + Vector512<double>.One;
        return Scaled(Widen(Rounded(turn - Vector512.Floor(turn))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<int> R, Vector256<int> G, Vector256<int> B) FromHue(Vector256<int> hue, Vector256<int> saturation, Vector256<int> top)
    {
        var position = Vector256.ConvertToSingle(hue * 6) / Vector256.Create(255f);
        var sector = Truncate(position);
        var part = position - Vector256.ConvertToSingle(sector);
        var s = Vector256.ConvertToSingle(saturation) / Vector256.Create(255f);
        var value = Vector256.ConvertToSingle(top);
        var one = Vector256<float>.One;
        var low = Nearest(value * (one - s));
        var falling = Nearest(value * (one - (s * part)));
        var rising = Nearest(value * (one - (s * (one - part))));
        return (
            Of(sector, top, falling, low, low, rising, top),
            Of(sector, rising, top, top, falling, low, low),
            Of(sector, low, low, rising, top, top, falling));
    }

    // A hue of 255 is six whole sectors: the first again.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Of(
        Vector256<int> sector, Vector256<int> at0, Vector256<int> at1, Vector256<int> at2, Vector256<int> at3, Vector256<int> at4, Vector256<int> at5)
    {
        var chosen = Choose(Vector256.Equals(sector, Vector256<int>.One), at1, at0);
        chosen = Choose(Vector256.Equals(sector, Vector256.Create(2)), at2, chosen);
        chosen = Choose(Vector256.Equals(sector, Vector256.Create(3)), at3, chosen);
        chosen = Choose(Vector256.Equals(sector, Vector256.Create(4)), at4, chosen);
        return Choose(Vector256.Equals(sector, Vector256.Create(5)), at5, chosen);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Choose(Vector256<int> where, Vector256<int> one, Vector256<int> other) => Vector256.ConditionalSelect(where, one, other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Widen(Vector256<float> value) => Vector512.Create(Vector256.WidenLower(value), Vector256.WidenUpper(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Rounded(Vector512<double> value) => Vector256.Narrow(value.GetLower(), value.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Scaled(Vector512<double> value) => Truncate(Rounded(Vector512.Floor(value * Vector512.Create(255.0))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Nearest(Vector256<float> value) => Truncate(value + Vector256.Create(0.5f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Truncate(Vector256<float> value) => Vector256.ConvertToInt32(value);
}
