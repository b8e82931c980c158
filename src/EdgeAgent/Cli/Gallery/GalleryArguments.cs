using System.CommandLine;

namespace ShiTu.EdgeAgent.Cli.Gallery;

/// <summary>Arguments and options that several gallery verbs share.</summary>
internal static class GalleryArguments
{
    /// <summary>The gallery file.</summary>
    public static readonly Option<string?> Database = new("--gallery", "-g")
    {
        Description = "Gallery file; without it gallery.db of the state directory.",
        HelpName = "DB",
        Recursive = true,
    };

    /// <summary>How pictures are cropped.</summary>
    public static Option<Enrolment.EnrolmentCrop> Crop() => new("--crop")
    {
        Description = "auto: the detector's best box where it is sure of one; whole: the whole picture.",
        DefaultValueFactory = _ => Enrolment.EnrolmentCrop.Auto,
    };
}
