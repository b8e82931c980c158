using TorchSharp.Modules;

namespace ShiTu.Trainer.Networks;

/// <summary>Follows the size of the map through a network and counts what each convolution costs.</summary>
internal sealed class CostCounter(int height, int width)
{
    private readonly List<LayerCost> _layers = [];
    private int _height = height;
    private int _width = width;

    /// <summary>What was counted.</summary>
    public IReadOnlyList<LayerCost> Layers => _layers;

    /// <summary>The map becomes one pixel.</summary>
    public void Pool() => (_height, _width) = (1, 1);

    /// <summary>Counts a convolution and moves on to its output's size.</summary>
    public void Add(string name, Conv2d convolution, BatchNorm2d? norm)
    {
        (_height, _width) = After(convolution);
        _layers.Add(Cost(name, convolution, norm, fused: true));
    }

    /// <summary>Counts a block.</summary>
    public void Add(string name, LcBlock block)
    {
        if (block.Depthwise is RepDepthwise { Branches.Count: > 0 } rep)
        {
            (_height, _width) = After(rep.Branches[0].Convolution);
            for (var i = 0; i < rep.Branches.Count; i++)
            {
                _layers.Add(Cost($"{name}.dw_conv_list.{i}", rep.Branches[i].Convolution, rep.Branches[i].Norm, fused: i == 0));
            }
        }
        else if (block.Depthwise is ConvNorm plain)
        {
            Add($"{name}.dw_conv", plain.Convolution, plain.Norm);
        }
        else
        {
            Add($"{name}.dw_conv", (Conv2d)block.Depthwise.children().Single(), null);
        }

        if (block.Excite is not null)
        {
            var (h, w) = (_height, _width);
            Pool();
            Add($"{name}.se.conv1", block.Excite.Reduce, null);
            Add($"{name}.se.conv2", block.Excite.Expand, null);
            (_height, _width) = (h, w);
        }

        for (var i = 0; i < block.Pointwise.Count; i++)
        {
            Add(block.Pointwise.Count == 1 ? $"{name}.pw_conv" : $"{name}.pw_conv_{i + 1}", block.Pointwise[i].Convolution, block.Pointwise[i].Norm);
        }
    }

    private (int Height, int Width) After(Conv2d convolution)
    {
        var stride = (int)convolution.stride[0];
        return ((_height - 1) / stride + 1, (_width - 1) / stride + 1);
    }

    private LayerCost Cost(string name, Conv2d convolution, BatchNorm2d? norm, bool fused)
    {
        var weights = convolution.weight!.numel();
        var outputs = convolution.weight.shape[0];
        var bias = convolution.bias is null ? 0 : outputs;
        var adds = weights * _height * _width;
        return new(name, weights + bias + (norm is null ? 0 : 2 * outputs), fused ? weights + outputs : 0, adds, fused ? adds : 0);
    }
}
