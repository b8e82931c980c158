using System.Buffers.Binary;
using System.IO.Compression;

namespace ShiTu.TestKit.Pictures;

/// <summary>Picture files of kinds that no encoder here writes, made byte by byte.</summary>
public static class OddPictures
{
    private static readonly byte[] PngSignature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The JPEG with an APP1 segment that holds nothing but an orientation (EXIF 2.3, 4.6.4).</summary>
    public static byte[] WithOrientation(byte[] jpeg, int orientation) =>
    [
        .. jpeg[..2],
        0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0,
        .. jpeg[2..],
    ];

    /// <summary>A PNG of raw rows, each led by its filter byte.</summary>
    public static byte[] Png(int width, int height, byte depth, byte colorType, byte[] rows)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, depth, colorType, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        return [.. PngSignature, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    public static void SetPngSize(byte[] png, int width, int height)
    {
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));
    }

    /// <summary>8x8 pixels of pure red as Adobe writes CMYK: four inverted components, coded by hand with one DC difference each.</summary>
    public static byte[] RedCmykJpeg()
    {
        const string NoInk = "00" + "1111111" + "0", FullInk = "01" + "01111111" + "0";
        var bits = (NoInk + FullInk + FullInk + NoInk).PadRight(48, '1');
        var scan = Enumerable.Range(0, bits.Length / 8).Select(at => Convert.ToByte(bits.Substring(at * 8, 8), 2));
        byte[] quantisation = [8, .. Enumerable.Repeat((byte)1, 63)];
        byte[] dc = [0, 2, .. new byte[14], 7, 8], ac = [1, .. new byte[15], 0];
        return
        [
            0xFF, 0xD8,
            .. Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0]),
            .. Segment(0xDB, [0, .. quantisation]),
            .. Segment(0xC0, [8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0]),
            .. Segment(0xC4, [0x00, .. dc]),
            .. Segment(0xC4, [0x10, .. ac]),
            .. Segment(0xDA, [4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0]),
            .. scan,
            0xFF, 0xD9,
        ];
    }

    /// <summary>Two frames of 2x1 pixels: red, then blue.</summary>
    public static byte[] AnimatedGif() =>
    [
        .. "GIF89a"u8, 2, 0, 1, 0, 0x91, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0,
        0x21, 0xFF, 0x0B, .. "NETSCAPE2.0"u8, 3, 1, 0, 0, 0,
        .. GifFrame(0), .. GifFrame(1), 0x3B,
    ];

    private static byte[] GifFrame(int color)
    {
        var codes = 4 | (color << 3) | (color << 6) | (5 << 9);
        return [0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 2, 0, 1, 0, 0, 2, 2, (byte)codes, (byte)(codes >> 8), 0];
    }

    private static byte[] Segment(byte marker, byte[] body) => [0xFF, marker, 0, (byte)(body.Length + 2), .. body];

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] body)
    {
        byte[] checkedPart = [.. type, .. body], length = new byte[4], crc = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, body.Length);
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc(checkedPart));
        return [.. length, .. checkedPart, .. crc];
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320u);
            }
        }

        return ~crc;
    }
}
