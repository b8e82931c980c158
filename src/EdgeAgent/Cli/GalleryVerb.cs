using System.CommandLine;
using ShiTu.EdgeAgent.Cli.Gallery;

namespace ShiTu.EdgeAgent.Cli;

/// <summary><c>gallery …</c>.</summary>
internal static class GalleryVerb
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var command = new Command("gallery", "Builds, changes, checks and calibrates the gallery; signs, sends and takes updates of it.")
        {
            GalleryBuild.Create(),
            GalleryEdit.Add(),
            GalleryEdit.Remove(),
            GalleryEdit.Relabel(),
            GalleryLook.List(),
            GalleryLook.Verify(),
            GalleryLook.Export(),
            GalleryLook.Calibrate(),
            GallerySignVerb.Create(),
            GalleryPushVerb.Create(),
            GalleryWatchVerb.Create(),
            GalleryApplyVerb.Create(),
        };
        command.Options.Add(GalleryArguments.Database);
        return command;
    }
}
