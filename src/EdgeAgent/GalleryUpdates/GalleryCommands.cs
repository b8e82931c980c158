using System.Text.Json;
using ShiTu.EdgeAgent.Enrolment;
using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>The commands that change the gallery: rollback, and the local overlay (<c>item.add|remove|relabel</c>).</summary>
internal sealed class GalleryCommands(GalleryUpdater updater, GalleryStore gallery, LiveIndex? index, PictureEmbedder? embed, UpdateOptions? options = null)
{
    private const int MostPictures = 16;

    /// <summary>Adds them to the service.</summary>
    public void RegisterWith(CommandService service)
    {
        service.Register("gallery.rollback", RollbackAsync);
        service.Register("item.add", (args, cancellation) => ChangeAsync(() => Task.FromResult(Add(args)), cancellation));
        service.Register("item.remove", (args, cancellation) => ChangeAsync(() => RemoveAsync(args, cancellation), cancellation));
        service.Register("item.relabel", (args, cancellation) => ChangeAsync(() => Task.FromResult(Relabel(args)), cancellation));
    }

    private async Task<string> RollbackAsync(JsonElement args, CancellationToken cancellation)
    {
        var receipt = await updater.RollbackAsync("rollback", cancellation).ConfigureAwait(false);
        return receipt.Refusal is { } refusal ? throw new RefusedException(refusal.Check, refusal.Text) : receipt.Text;
    }

    private async Task<string> ChangeAsync(Func<Task<string>> change, CancellationToken cancellation)
    {
        try
        {
            var text = await updater.Change(change).ConfigureAwait(false);
            await (index?.RefreshAsync(cancellation) ?? Task.CompletedTask).ConfigureAwait(false);
            return text;
        }
        catch (GalleryException e)
        {
            throw new RefusedException("item", e.Message, e);
        }
    }

    private string Add(JsonElement args)
    {
        if (embed is null)
        {
            throw new RefusedException("model", "No model is loaded here to embed pictures.");
        }

        var id = args.Text("item", 200);
        var pictures = args.List("pictures", MostPictures).EnumerateArray().Select(Picture).ToList();
        if (pictures.Count == 0)
        {
            throw new RefusedException("schema", $"pictures: expected 1 to {MostPictures} JPEGs in base64.");
        }

        var views = pictures.ConvertAll(picture => new GalleryView(
            embed(picture), Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(picture)), "enrolled")
        {
            Picture = options is { KeepPictures: true } ? KeptPicture.Of(picture, options.MaxPicturePixels) : null,
        });
        gallery.Replace(new GalleryItem(id, args.Text("label", 2000), null, Local: true), views);
        return $"'{id}' was added with {views.Count} views.";
    }

    private async Task<string> RemoveAsync(JsonElement args, CancellationToken cancellation)
    {
        var id = args.Text("item", 200);
        if (!Local(id) || !gallery.Remove(id))
        {
            throw new RefusedException("item", $"There is no local item '{id}'; the owner's items are changed by an update.");
        }

        return await updater.FillAsync(cancellation).ConfigureAwait(false) > 0 ? $"'{id}' was removed; the owner's item of that id is back." : $"'{id}' was removed.";
    }

    private string Relabel(JsonElement args)
    {
        var id = args.Text("item", 200);
        var label = args.Text("label", 2000);
        return Local(id) && gallery.Relabel(id, label) ? $"'{id}' is now '{label}'." : throw new RefusedException("item", $"There is no local item '{id}'; the owner's items are changed by an update.");
    }

    private bool Local(string id) => gallery.Item(id) is { Local: true };

    private static byte[] Picture(JsonElement picture) =>
        picture.ValueKind == JsonValueKind.String && picture.TryGetBytesFromBase64(out var bytes) ? bytes : throw new RefusedException("schema", "pictures: expected JPEGs in base64.");
}
