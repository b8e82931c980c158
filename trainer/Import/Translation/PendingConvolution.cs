using ShiTu.Trainer.Export;

namespace ShiTu.Trainer.Import.Translation;

/// <summary>A convolution that is not written yet: bias, batch norm and dropout's factor behind it become part of its weights.</summary>
internal sealed record PendingConvolution(IrValue Input, FloatArray Weights, float[]? Bias, int[] Strides, int[] PadsBegin, int[] PadsEnd, int Groups, bool Transposed, bool Flattened = false)
{
    /// <summary>Output channels.</summary>
    public int Channels => Weights.Shape[Transposed ? 1 : 0];

    /// <summary>The convolution whose result is this one's, times <paramref name="scale"/> plus <paramref name="shift"/>, both by output channel.</summary>
    public PendingConvolution Then(Func<int, double> scale, Func<int, double> shift)
    {
        var values = new float[Weights.Values.Length];
        var inner = Weights.Shape[2] * Weights.Shape[3] * (Transposed ? 1 : Weights.Shape[1]);
        for (var i = 0; i < values.Length; i++) values[i] = (float)(Weights.Values[i] * scale(i / inner % Channels));
        var bias = new float[Channels];
        for (var i = 0; i < bias.Length; i++) bias[i] = (float)(((Bias?[i] ?? 0) * scale(i)) + shift(i));
        return this with { Weights = Weights with { Values = values }, Bias = bias };
    }

    /// <summary>Writes it.</summary>
    public IrValue Write(IrBuilder builder)
    {
        var value = Transposed
            ? builder.TransposedConvolution(Input, Weights, Bias, Strides, PadsBegin)
            : builder.Convolution(Input, Weights, Bias, Strides, PadsBegin, PadsEnd, Groups);
        return Flattened ? builder.Reshape(value, 0, -1) : value;
    }
}
