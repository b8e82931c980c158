using System.CommandLine;
using ShiTu.EdgeAgent.Enrolment;
using ShiTu.Index.Gallery;
using ShiTu.Inference.Imaging;

namespace ShiTu.EdgeAgent.Cli.Gallery;

/// <summary><c>gallery add|remove|relabel</c>: items enrolled on this device.</summary>
internal static class GalleryEdit
{
    /// <summary><c>gallery add ITEM PICTURE…</c>.</summary>
    public static Command Add()
    {
        var item = new Argument<string>("ITEM") { Description = "Item id; a new one makes a new item." };
        var files = new Argument<string[]>("PICTURE") { Description = "One to ten pictures of it.", Arity = ArgumentArity.OneOrMore };
        var label = new Option<string?>("--label", "-l") { Description = "What people call it; without it the id." };
        var note = new Option<string?>("--note") { Description = "Free text." };
        var crop = GalleryArguments.Crop();
        var command = new Command("add", "Enrols a product from a few pictures, or adds views to it.") { item, files, label, note, crop };
        command.SetAction(parsed =>
        {
            var options = SharedOptions.Load(parsed).Options;
            using var models = AgentModels.Load(options);
            using var store = AgentModels.OpenGallery(parsed.GetValue(GalleryArguments.Database), options, models);
            using var enroller = new Enroller(models, parsed.GetValue(crop), options.Updates.KeepPictures);
            var id = parsed.GetValue(item)!;
            var known = store.Items().FirstOrDefault(existing => existing.Id == id);
            var seen = known is null ? [] : store.Views(id).Select(view => view.PictureSha256).ToHashSet(StringComparer.Ordinal);
            var views = new List<GalleryView>();
            var unreadable = 0;
            foreach (var file in parsed.GetValue(files)!)
            {
                try
                {
                    var view = enroller.Enrol(File.ReadAllBytes(file), Path.GetFileName(file));
                    if (seen.Add(view.PictureSha256))
                    {
                        views.Add(view);
                    }
                    else
                    {
                        Terminal.Warn($"{file}: this picture of '{id}' is in the gallery already.");
                    }
                }
                catch (Exception error) when (error is PictureFormatException or IOException or UnauthorizedAccessException)
                {
                    unreadable++;
                    Terminal.Warn($"{file}: {error.Message}");
                }
            }

            if (views.Count > 0)
            {
                store.Add(new GalleryItem(id, parsed.GetValue(label) ?? known?.Label ?? id, parsed.GetValue(note) ?? known?.Note, known?.Local ?? true), views);
            }

            Terminal.Say($"{views.Count} views added to '{id}'; generation {store.Generation}.");
            return unreadable > 0 ? ExitCode.SomeUnreadable : ExitCode.Done;
        });
        return command;
    }

    /// <summary><c>gallery remove ITEM…</c>.</summary>
    public static Command Remove()
    {
        var items = new Argument<string[]>("ITEM") { Description = "Item ids.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("remove", "Removes items and their views.") { items };
        command.SetAction(parsed =>
        {
            using var store = OpenExisting(parsed);
            var missing = parsed.GetValue(items)!.Where(item => !store.Remove(item)).ToList();
            return Missing(missing, store);
        });
        return command;
    }

    /// <summary><c>gallery relabel ITEM LABEL</c>.</summary>
    public static Command Relabel()
    {
        var item = new Argument<string>("ITEM") { Description = "Item id." };
        var label = new Argument<string>("LABEL") { Description = "The new label." };
        var command = new Command("relabel", "Changes what an item is called.") { item, label };
        command.SetAction(parsed =>
        {
            using var store = OpenExisting(parsed);
            return Missing(store.Relabel(parsed.GetValue(item)!, parsed.GetValue(label)!) ? [] : [parsed.GetValue(item)!], store);
        });
        return command;
    }

    // Items are edited without loading models: the binding is the file's own.
    private static GalleryStore OpenExisting(ParseResult parsed)
    {
        var path = parsed.GetValue(GalleryArguments.Database) ?? SharedOptions.Load(parsed).Options.GalleryPath;
        using var readable = GalleryStore.OpenReadOnly(path);
        return GalleryStore.Open(path, readable.ModelIdentity, readable.Dimension);
    }

    private static int Missing(List<string> missing, GalleryStore store)
    {
        foreach (var item in missing)
        {
            Terminal.Warn($"'{item}': no such item; `shitu-edge gallery list` shows them.");
        }

        Terminal.Say($"{store.ItemCount} items, generation {store.Generation}.");
        return missing.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
