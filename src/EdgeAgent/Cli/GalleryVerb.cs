using System.CommandLine;
using ShiTu.EdgeAgent.Cli.Gallery;
using ShiTu.EdgeAgent.GalleryUpdates;

namespace ShiTu.EdgeAgent.Cli;

/// <summary><c>gallery …</c>.</summary>
internal static class GalleryVerb
{
    /// <summary>Builds the verb.</summary>
    public static System.CommandLine.Command Create()
    {
        var command = new System.CommandLine.Command("gallery", "Builds, changes, checks and calibrates the gallery; signs, sends and takes updates of it.")
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
            PushVerb.Create(PushKind.Gallery),
            GalleryWatchVerb.Create(),
            ApplyVerb.Create(PushKind.Gallery),
        };
        command.Options.Add(GalleryArguments.Database);
        return command;
    }
}
