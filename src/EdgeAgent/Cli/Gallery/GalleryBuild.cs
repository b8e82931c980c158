using System.CommandLine;
using ShiTu.EdgeAgent.Enrolment;
using ShiTu.Index.Gallery;

namespace ShiTu.EdgeAgent.Cli.Gallery;

/// <summary><c>gallery build LIST|DIR</c>: a gallery out of labelled pictures. The new content replaces the old in one transaction.</summary>
internal static class GalleryBuild
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var source = new Argument<string>("LIST|DIR") { Description = "A list of path<TAB>label lines, or a folder with a sub-folder a label." };
        var crop = GalleryArguments.Crop();
        var command = new Command("build", "Builds the gallery from labelled pictures, replacing what it held.") { source, crop };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = SharedOptions.Load(parsed).Options;
            var list = PictureList.Read(parsed.GetValue(source)!);
            foreach (var finding in list.Findings)
            {
                Terminal.Warn(finding);
            }

            if (list.Pictures.Count == 0)
            {
                throw new CommandFailure(ExitCode.Failed, $"{parsed.GetValue(source)}: no labelled picture in it; a list has lines of path<TAB>label, a folder has a sub-folder a label.");
            }

            using var models = AgentModels.Load(options);
            using var store = AgentModels.OpenGallery(parsed.GetValue(GalleryArguments.Database), options, models);
            using var enroller = new Enroller(models, parsed.GetValue(crop), options.Updates.KeepPictures);
            var unreadable = list.Findings.Count;
            IReadOnlyList<(ListedPicture Picture, GalleryView View)> views;
            using (var bar = new ProgressBar("pictures", list.Pictures.Count))
            {
                views = await EnrolmentRun.RunAsync(list.Pictures, enroller, finding =>
                {
                    if (finding is not null)
                    {
                        unreadable++;
                        bar.Say(finding);
                    }

                    bar.Advance();
                }, cancellation).ConfigureAwait(false);
            }

            if (views.Count == 0)
            {
                throw new CommandFailure(ExitCode.SomeUnreadable, "No picture could be read; the gallery is unchanged.");
            }

            Replace(store, views);
            Terminal.Say($"{store.ItemCount} items, {store.ViewCount} views, generation {store.Generation}, model {store.ModelIdentity}");
            return unreadable == 0 ? ExitCode.Done : ExitCode.SomeUnreadable;
        });
        return command;
    }

    private static void Replace(GalleryStore store, IReadOnlyList<(ListedPicture Picture, GalleryView View)> views) => store.Batch(gallery =>
    {
        foreach (var item in gallery.Items())
        {
            gallery.Remove(item.Id);
        }

        foreach (var group in views.GroupBy(view => view.Picture.Item))
        {
            gallery.Add(new GalleryItem(group.Key, group.First().Picture.Label, null, Local: false), [.. group.Select(view => view.View)]);
        }
    });
}
