using Microsoft.Data.Sqlite;
using ShiTu.Index.Gallery;

namespace ShiTu.Index.Storage;

/// <summary>What SQLite's result codes mean for the person in front of the machine.</summary>
internal static class StorageFault
{
    private const int Permission = 3;
    private const int Busy = 5;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    private const int PageBytes = 4096;

    /// <summary>The error to throw instead.</summary>
    public static GalleryException Explain(string path, SqliteException error) => error.SqliteErrorCode switch
    {
        Corrupt or NotADatabase => new(GalleryFault.Corrupt, $"{path}: the gallery file is damaged or no gallery ({error.Message}); restore it from a copy, or build it again.", error),
        Full or InputOutput when error.SqliteErrorCode == Full || IsFull(path) => new(GalleryFault.Storage, $"{path}: no space left; nothing was changed. Free some space and try again.", error),
        ReadOnly or Permission => new(GalleryFault.Storage, $"{path}: no permission to write; nothing was changed.", error),
        CannotOpen => new(GalleryFault.Storage, $"{path}: cannot be opened; is the folder there, and may this user read and write it?", error),
        Busy => new(GalleryFault.Storage, $"{path}: another program holds the gallery; nothing was changed.", error),
        InputOutput => new(GalleryFault.Storage, $"{path}: the disk failed ({error.Message}); nothing was changed.", error),
        _ => new(GalleryFault.Storage, $"{path}: {error.Message}", error),
    };

    // Where not even its shared memory file can grow, SQLite says that the disk failed.
    private static bool IsFull(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path))!).AvailableFreeSpace < PageBytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
