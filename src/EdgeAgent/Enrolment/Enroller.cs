using System.Security.Cryptography;
using ShiTu.Index.Gallery;
using ShiTu.Inference.Detection;
using ShiTu.Inference.Features;
using ShiTu.Inference.Imaging;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.Enrolment;

/// <summary>Makes views for the gallery out of pictures. One thread at a time.</summary>
internal sealed class Enroller : IDisposable
{
    private const float SureScore = 0.5f;
    private const float SmallestShare = 0.05f;
    private readonly MainBodyDetector _detector;
    private readonly FeatureExtractor _features;
    private readonly DetectionOptions _detection = new() { ScoreThreshold = SureScore, MaxDetections = 1 };
    private readonly EnrolmentCrop _crop;
    private readonly bool _keepsPictures;

    /// <summary>Takes a detector and an extractor of its own from the models.</summary>
    /// <param name="models">The models.</param>
    /// <param name="crop">Which part of a picture is embedded.</param>
    /// <param name="keepsPictures">Whether views carry that part as a small picture.</param>
    public Enroller(ModelSet models, EnrolmentCrop crop, bool keepsPictures = false)
    {
        _detector = models.CreateDetector();
        _features = models.CreateFeatureExtractor();
        _crop = crop;
        _keepsPictures = keepsPictures;
    }

    /// <summary>Embeds an encoded picture.</summary>
    /// <param name="encoded">The file's bytes.</param>
    /// <param name="origin">Where it came from.</param>
    /// <exception cref="PictureFormatException">It is none.</exception>
    public GalleryView Enrol(ReadOnlySpan<byte> encoded, string origin) => Enrol(PictureDecoder.Decode(encoded), Convert.ToHexStringLower(SHA256.HashData(encoded)), origin);

    /// <summary>Embeds a decoded picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="sha256">Hash of its file.</param>
    /// <param name="origin">Where it came from.</param>
    public GalleryView Enrol(Picture picture, string sha256, string origin)
    {
        var vector = new float[_features.Dimension];
        var part = Crop(picture);
        _features.Extract(picture.View, [part], vector);
        return new GalleryView(vector, sha256, origin) { Picture = _keepsPictures ? KeptPicture.Of(picture.View, part) : null };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _detector.Dispose();
        _features.Dispose();
    }

    private PixelRect Crop(Picture picture)
    {
        var whole = new PixelRect(0, 0, picture.Width, picture.Height);
        Span<Detection> found = stackalloc Detection[1];
        if (_crop == EnrolmentCrop.Whole || _detector.Detect(picture.View, _detection, found) == 0)
        {
            return whole;
        }

        var left = (int)found[0].X1;
        var top = (int)found[0].Y1;
        var box = new PixelRect(left, top, Math.Clamp((int)found[0].X2 - left, 1, picture.Width - left), Math.Clamp((int)found[0].Y2 - top, 1, picture.Height - top));
        return (long)box.Width * box.Height >= SmallestShare * picture.Width * picture.Height ? box : whole;
    }
}
