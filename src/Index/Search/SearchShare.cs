namespace ShiTu.Index.Search;

/// <summary>The part of a search that one of several threads does.</summary>
/// <param name="Part">Which, from 0.</param>
/// <param name="Of">Of how many.</param>
internal readonly record struct SearchShare(int Part, int Of)
{
    /// <summary>All of it.</summary>
    public static SearchShare Whole => new(0, 1);

    /// <summary>The share's range of <paramref name="count"/> things.</summary>
    public (int First, int End) Range(int count) => ((int)((long)count * Part / Of), (int)((long)count * (Part + 1) / Of));
}
