using System.Text.Json.Serialization;
using ShiTu.Trainer.Json;

namespace ShiTu.Trainer.Data;

/// <summary>How a set of pictures is laid out.</summary>
[JsonConverter(typeof(NameConverter<SourceKind>))]
public enum SourceKind
{
    /// <summary>A list file: <c>path TAB label</c>, GroceryStore's <c>path, label, coarse</c>, or ppcls's <c>path label [camera]</c>; told apart by the first line.</summary>
    List,

    /// <summary>A folder (or tar archive) with a folder a label.</summary>
    Folders,

    /// <summary>All pictures under a folder (or in a tar archive), without labels.</summary>
    Pictures,

    /// <summary>A COCO file: the pictures it names, or with <c>crops</c> its boxes.</summary>
    Coco,

    /// <summary>A folder of Pascal VOC files beside <c>images</c>: the boxes, labelled by the object's name.</summary>
    Voc,

    /// <summary>A CSV file with a header: columns <c>image</c> and <c>label</c>.</summary>
    Csv,
}
