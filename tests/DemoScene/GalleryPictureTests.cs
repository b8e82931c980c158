using ShiTu.DemoScene.Packs;
using SkiaSharp;
using Xunit;

namespace ShiTu.DemoScene.Tests;

public sealed class GalleryPictureTests
{
    [Fact]
    public void Every_product_has_pictures_and_no_two_are_alike()
    {
        var pictures = BeltScene.Products.SelectMany(product => Enumerable.Range(0, 3).Select(view => Convert.ToHexString(BeltScene.DrawGalleryPicture(product, view)))).ToArray();
        Assert.Equal(pictures.Length, pictures.Distinct().Count());
        Assert.Equal(pictures[0], Convert.ToHexString(BeltScene.DrawGalleryPicture(BeltScene.Products[0], 0)));
    }

    [Fact]
    public void The_product_fills_most_of_the_picture_and_is_whole()
    {
        foreach (var product in BeltScene.Products)
        {
            using var picture = SKBitmap.Decode(BeltScene.DrawGalleryPicture(product, 0));
            var grounds = new[] { picture.GetPixel(4, 4), picture.GetPixel(440, 4), picture.GetPixel(4, 440), picture.GetPixel(440, 440) };
            var (left, right, top, bottom) = (picture.Width, 0, picture.Height, 0);
            for (var y = 0; y < picture.Height; y++)
            {
                for (var x = 0; x < picture.Width; x++)
                {
                    var pixel = picture.GetPixel(x, y);
                    if (grounds.Min(g => Math.Abs(pixel.Red - g.Red) + Math.Abs(pixel.Green - g.Green) + Math.Abs(pixel.Blue - g.Blue)) > 150)
                    {
                        (left, right, top, bottom) = (Math.Min(left, x), Math.Max(right, x), Math.Min(top, y), Math.Max(bottom, y));
                    }
                }
            }

            Assert.True(left > 4 && top > 4 && right < picture.Width - 5 && bottom < picture.Height - 5, $"{product.Id} is cut off: {left} {top} {right} {bottom}.");
            Assert.True(Math.Max(right - left, bottom - top) > picture.Width * 0.6, $"{product.Id} is small: {left} {top} {right} {bottom}.");
        }
    }

    [Fact]
    public void The_shop_has_at_least_fourteen_products_and_two_strangers_with_their_own_ids()
    {
        Assert.True(BeltScene.Products.Count(p => !p.Stranger) >= 14);
        Assert.Equal(2, BeltScene.Products.Count(p => p.Stranger));
        Assert.Equal(BeltScene.Products.Count, BeltScene.Products.Select(p => p.Id).Distinct().Count());
    }

    [Fact]
    public void Packs_drawn_by_lot_are_the_same_for_the_same_seed_and_others_for_others()
    {
        Assert.Equal(BeltScene.DrawGalleryPicture(ProceduralPacks.Create(5), 1), BeltScene.DrawGalleryPicture(ProceduralPacks.Create(5), 1));
        var pictures = ProceduralPacks.CreateMany(0, 200).Select(p => p.Look).ToArray();
        Assert.Equal(200, pictures.Distinct().Count());
        Assert.All(Enum.GetValues<PackShape>(), shape => Assert.Contains(pictures, look => look.Shape == shape));
    }
}
