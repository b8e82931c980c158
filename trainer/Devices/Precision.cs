using System.Text.Json.Serialization;
using ShiTu.Trainer.Json;

namespace ShiTu.Trainer.Devices;

/// <summary>In which numbers a recipe is computed.</summary>
[JsonConverter(typeof(NameConverter<Precision>))]
public enum Precision
{
    /// <summary>32-bit floats: what models are trained in.</summary>
    Single,

    /// <summary>64-bit floats, slower: shows whether two runs differ in their arithmetic or in its rounding only.</summary>
    Double,
}
