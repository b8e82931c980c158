using ShiTu.DemoScene;
using ShiTu.EdgeAgent.Enrolment;
using ShiTu.Index.Gallery;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.Demo;

/// <summary>The demo shop's gallery: each product photographed a few times, as an owner would. Strangers are left out.</summary>
internal static class DemoGallery
{
    private const int Views = 10;

    /// <summary>Fills an empty gallery.</summary>
    /// <param name="models">Models in use.</param>
    /// <param name="gallery">The gallery.</param>
    /// <param name="advanced">Called after each picture.</param>
    public static void Fill(ModelSet models, GalleryStore gallery, Action advanced)
    {
        using var enroller = new Enroller(models, EnrolmentCrop.Auto);
        gallery.Batch(store =>
        {
            foreach (var product in Known)
            {
                var views = new List<GalleryView>(Views);
                for (var view = 0; view < Views; view++)
                {
                    views.Add(enroller.Enrol(BeltScene.DrawGalleryPicture(product, view), $"{product.Id}-{view}.png"));
                    advanced();
                }

                store.Add(new GalleryItem(product.Id, product.Label, null, Local: false), views);
            }
        });
    }

    /// <summary>Number of pictures.</summary>
    public static int PictureCount => Known.Count() * Views;

    private static IEnumerable<SceneProduct> Known => BeltScene.Products.Where(product => !product.Stranger);
}
