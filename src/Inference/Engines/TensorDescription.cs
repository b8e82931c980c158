namespace ShiTu.Inference.Engines;

/// <summary>Name and fixed shape of a model's input or output; elements are 32-bit floats.</summary>
/// <param name="Name">Name in the model file.</param>
/// <param name="Shape">Dimensions, batch first.</param>
public sealed record TensorDescription(string Name, int[] Shape)
{
    /// <summary>Number of elements.</summary>
    public int Length => Shape.Aggregate(1, (product, side) => checked(product * side));
}
