namespace ShiTu.Trainer.Export;

/// <summary>What an operator of an <see cref="IrBuilder"/> gives: read it with another operator, or make it a result.</summary>
public sealed class IrValue
{
    internal IrValue(int layer, int port, int[] shape) => (Layer, Port, Shape) = (layer, port, shape);

    /// <summary>Dimensions, batch first.</summary>
    public int[] Shape { get; }

    internal int Layer { get; }

    internal int Port { get; }
}
