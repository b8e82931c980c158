using System.Globalization;

namespace ShiTu.Trainer.Export;

/// <content>The operators.</content>
public sealed partial class IrBuilder
{
    /// <summary>A convolution over [N, C, H, W] with square strides and paddings.</summary>
    /// <param name="input">What is convolved.</param>
    /// <param name="weights">[out, in/groups, height, width], as Torch has it.</param>
    /// <param name="bias">One number an output channel, or null.</param>
    /// <param name="stride">Step, both directions.</param>
    /// <param name="pad">Zeros added on each side.</param>
    /// <param name="groups">Groups; equal to the channels for a depthwise convolution.</param>
    public IrValue Convolution(IrValue input, FloatArray weights, float[]? bias, int stride, int pad, int groups = 1) =>
        Convolution(input, weights, bias, [stride, stride], [pad, pad], [pad, pad], groups);

    /// <summary>A convolution with its strides and paddings for each direction (height, width).</summary>
    public IrValue Convolution(IrValue input, FloatArray weights, float[]? bias, int[] strides, int[] padsBegin, int[] padsEnd, int groups = 1)
    {
        if (weights.Shape is not [var outputs, var perGroup, var height, var width] || input.Shape is not [var batch, var channels, var rows, var columns] || perGroup * groups != channels || outputs % groups != 0)
            throw new ArgumentException($"weights [{Join(weights.Shape)}] in {groups} groups do not fit an input of [{Join(input.Shape)}].", nameof(weights));
        int[] shape = [batch, outputs, Window(rows, height, strides[0], padsBegin[0], padsEnd[0]), Window(columns, width, strides[1], padsBegin[1], padsEnd[1])];
        var kernel = Constant(groups == 1 ? weights : weights with { Shape = [groups, outputs / groups, perGroup, height, width] });
        var convolved = Append(groups == 1 ? "Convolution" : "GroupConvolution", "opset1", [input, kernel], shape, "",
            ("strides", Join(strides)), ("dilations", "1,1"), ("pads_begin", Join(padsBegin)), ("pads_end", Join(padsEnd)), ("auto_pad", "explicit"));
        return bias is null ? convolved : Add(convolved, PerChannel(bias, outputs, 4));
    }

    /// <summary>A transposed convolution (one group).</summary>
    /// <param name="input">What is convolved.</param>
    /// <param name="weights">[in, out, height, width], as Torch has it.</param>
    /// <param name="bias">One number an output channel, or null.</param>
    /// <param name="strides">Steps, height and width.</param>
    /// <param name="pads">Rows and columns cut from each side.</param>
    public IrValue TransposedConvolution(IrValue input, FloatArray weights, float[]? bias, int[] strides, int[] pads)
    {
        if (weights.Shape is not [var inputs, var outputs, var height, var width] || input.Shape is not [var batch, var channels, var rows, var columns] || inputs != channels)
            throw new ArgumentException($"weights [{Join(weights.Shape)}] do not fit an input of [{Join(input.Shape)}].", nameof(weights));
        int[] shape = [batch, outputs, ((rows - 1) * strides[0]) + height - (2 * pads[0]), ((columns - 1) * strides[1]) + width - (2 * pads[1])];
        var convolved = Append("ConvolutionBackpropData", "opset1", [input, Constant(weights)], shape, "",
            ("strides", Join(strides)), ("dilations", "1,1"), ("pads_begin", Join(pads)), ("pads_end", Join(pads)), ("auto_pad", "explicit"), ("output_padding", "0,0"));
        return bias is null ? convolved : Add(convolved, PerChannel(bias, outputs, 4));
    }

    /// <summary>max(x, 0).</summary>
    public IrValue Relu(IrValue input) => Append("ReLU", "opset1", [input], input.Shape, "");

    /// <summary>x for x >= 0, else <paramref name="slope"/> times x.</summary>
    public IrValue LeakyRelu(IrValue input, float slope = 0.01f) => Append("PReLU", "opset1", [input, Constant(new FloatArray([1], [slope]))], input.Shape, "");

    /// <summary>x min(max(x + 3, 0), 6) / 6.</summary>
    public IrValue HSwish(IrValue input) => Append("HSwish", "opset4", [input], input.Shape, "");

    /// <summary>min(max(x / 6 + 1/2, 0), 1).</summary>
    public IrValue HSigmoid(IrValue input) => Append("HSigmoid", "opset5", [input], input.Shape, "");

    /// <summary>min(max(slope x + offset, 0), 1).</summary>
    public IrValue HardSigmoid(IrValue input, float slope, float offset) =>
        Append("HardSigmoid", "opset1", [input, Constant(new FloatArray([], [slope])), Constant(new FloatArray([], [offset]))], input.Shape, "");

    /// <summary>1 / (1 + exp(-x)).</summary>
    public IrValue Sigmoid(IrValue input) => Append("Sigmoid", "opset1", [input], input.Shape, "");

    /// <summary>Softmax along <paramref name="axis"/>.</summary>
    public IrValue Softmax(IrValue input, int axis) => Append("SoftMax", "opset1", [input], input.Shape, "", ("axis", Number(axis < 0 ? axis + input.Shape.Length : axis)));

    /// <summary>The mean over height and width: [N, C, H, W] becomes [N, C, 1, 1].</summary>
    public IrValue GlobalAveragePool(IrValue input) =>
        Append("ReduceMean", "opset1", [input, Integers(2, 3)], [input.Shape[0], input.Shape[1], 1, 1], "", ("keep_dims", "true"));

    /// <summary>The largest value of each window.</summary>
    public IrValue MaxPool(IrValue input, int[] kernel, int[] strides, int[] pads, bool ceil = false) => Pool("MaxPool", input, kernel, strides, pads, ceil);

    /// <summary>The mean of each window; <paramref name="excludePad"/> leaves added zeros out of it.</summary>
    public IrValue AveragePool(IrValue input, int[] kernel, int[] strides, int[] pads, bool ceil = false, bool excludePad = true) =>
        Pool("AvgPool", input, kernel, strides, pads, ceil, ("exclude-pad", excludePad ? "true" : "false"));

    /// <summary>Element by element, with broadcasting.</summary>
    public IrValue Add(IrValue a, IrValue b) => Elementwise("Add", a, b);

    /// <summary>Element by element, with broadcasting.</summary>
    public IrValue Multiply(IrValue a, IrValue b) => Elementwise("Multiply", a, b);

    /// <summary>Multiplies and shifts each channel (dimension 1): what is left of a batch norm that follows no convolution.</summary>
    public IrValue ScaleShift(IrValue input, float[] scale, float[] shift) =>
        Add(Multiply(input, PerChannel(scale, input.Shape[1], input.Shape.Length)), PerChannel(shift, input.Shape[1], input.Shape.Length));

    /// <summary>Joins along <paramref name="axis"/> (channels if nothing is said).</summary>
    public IrValue Concat(IReadOnlyList<IrValue> inputs, int axis = 1)
    {
        int[] shape = [.. inputs[0].Shape];
        for (var i = 1; i < inputs.Count; i++)
        {
            var other = inputs[i].Shape;
            if (other.Length != shape.Length || Enumerable.Range(0, shape.Length).Any(d => d != axis && other[d] != shape[d]))
                throw new ArgumentException($"[{Join(shape)}] and [{Join(other)}] cannot be joined along {axis}.", nameof(inputs));
            shape[axis] += other[axis];
        }

        return Append("Concat", "opset1", [.. inputs], shape, "", ("axis", Number(axis)));
    }

    /// <summary>Doubles height and width: pixel i of the result is pixel floor(i / 2) of the input.</summary>
    public IrValue Upsample2(IrValue input) => Upsample(input, 2);

    /// <summary>Repeats each pixel <paramref name="factor"/> times in both directions.</summary>
    public IrValue Upsample(IrValue input, int factor)
    {
        var (rows, columns) = (input.Shape[2] * factor, input.Shape[3] * factor);
        IrValue[] inputs = [input, Integers(rows, columns), FullPrecision([2], [factor, factor]), Integers(2, 3)];
        return Append("Interpolate", "opset4", inputs, [input.Shape[0], input.Shape[1], rows, columns], "",
            ("mode", "nearest"), ("shape_calculation_mode", "scales"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"),
            ("antialias", "false"), ("pads_begin", "0,0,0,0"), ("pads_end", "0,0,0,0"), ("cube_coeff", "-0.75"));
    }

    /// <summary>The same values under another shape; 0 keeps a dimension (write it for the batch).</summary>
    public IrValue Reshape(IrValue input, params int[] target)
    {
        int[] shape = [.. target.Select((side, i) => side == 0 ? input.Shape[i] : side)];
        var known = shape.Where(side => side != -1).Aggregate(1, (product, side) => product * side);
        if (Array.IndexOf(shape, -1) is >= 0 and var open) shape[open] = FloatArray.LengthOf(input.Shape) / known;
        if (FloatArray.LengthOf(shape) != FloatArray.LengthOf(input.Shape)) throw new ArgumentException($"[{Join(input.Shape)}] does not become [{Join(target)}].", nameof(target));
        return Append("Reshape", "opset1", [input, Integers(Array.ConvertAll(target, side => (long)side))], shape, "", ("special_zero", "true"));
    }

    /// <summary>Moves dimensions: dimension i of the result is dimension <paramref name="order"/>[i] of the input.</summary>
    public IrValue Transpose(IrValue input, params int[] order) =>
        Append("Transpose", "opset1", [input, Integers(Array.ConvertAll(order, axis => (long)axis))], Array.ConvertAll(order, axis => input.Shape[axis]), "");

    /// <summary>A linear layer over the last dimension.</summary>
    /// <param name="input">[N, in].</param>
    /// <param name="weights">[out, in], as Torch has it.</param>
    /// <param name="bias">One number an output, or null.</param>
    public IrValue Linear(IrValue input, FloatArray weights, float[]? bias)
    {
        if (weights.Shape is not [var outputs, var inputs] || input.Shape is not [var batch, var columns] || inputs != columns)
            throw new ArgumentException($"weights [{Join(weights.Shape)}] do not fit an input of [{Join(input.Shape)}].", nameof(weights));
        var product = Append("MatMul", "opset1", [input, Constant(weights)], [batch, outputs], "", ("transpose_a", "false"), ("transpose_b", "true"));
        return bias is null ? product : Add(product, PerChannel(bias, outputs, 2));
    }

    private static int Window(int size, int kernel, int stride, int before, int after, bool ceil = false)
    {
        var free = size + before + after - kernel;
        return free < 0 ? 0 : (ceil ? (free + stride - 1) / stride : free / stride) + 1;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private IrValue Pool(string type, IrValue input, int[] kernel, int[] strides, int[] pads, bool ceil, params (string Name, string Value)[] own)
    {
        int[] shape = [input.Shape[0], input.Shape[1], Window(input.Shape[2], kernel[0], strides[0], pads[0], pads[0], ceil), Window(input.Shape[3], kernel[1], strides[1], pads[1], pads[1], ceil)];
        return Append(type, "opset1", [input], shape, "",
            [("kernel", Join(kernel)), ("strides", Join(strides)), ("pads_begin", Join(pads)), ("pads_end", Join(pads)), ("rounding_type", ceil ? "ceil" : "floor"), ("auto_pad", "explicit"), .. own]);
    }

    private IrValue Elementwise(string type, IrValue a, IrValue b)
    {
        var shape = new int[Math.Max(a.Shape.Length, b.Shape.Length)];
        for (var i = 1; i <= shape.Length; i++)
        {
            var (left, right) = (i <= a.Shape.Length ? a.Shape[^i] : 1, i <= b.Shape.Length ? b.Shape[^i] : 1);
            if (left != right && left != 1 && right != 1) throw new ArgumentException($"{type}: [{Join(a.Shape)}] and [{Join(b.Shape)}] do not broadcast.", nameof(b));
            shape[^i] = Math.Max(left, right);
        }

        return Append(type, "opset1", [a, b], shape, "", ("auto_broadcast", "numpy"));
    }

    private IrValue PerChannel(float[] values, int channels, int rank)
    {
        if (values.Length != channels) throw new ArgumentException($"{values.Length} numbers do not fit {channels} channels.", nameof(values));
        return Constant(new FloatArray([1, channels, .. Enumerable.Repeat(1, rank - 2)], values));
    }

    /// <summary>A constant that is no weight: scales of a resize, say, which engines expect as f32.</summary>
    private IrValue FullPrecision(int[] shape, float[] values) => Const("f32", shape, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
}
