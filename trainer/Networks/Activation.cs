namespace ShiTu.Trainer.Networks;

/// <summary>What follows a convolution's batch norm.</summary>
public enum Activation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x · clamp(x/6 + 1/2, 0, 1).</summary>
    HardSwish,

    /// <summary>clamp(x/6 + 1/2, 0, 1).</summary>
    HardSigmoid,

    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>x where positive, else 0.1 x.</summary>
    LeakyRelu,

    /// <summary>x where positive, else 0.01 x.</summary>
    SlightlyLeakyRelu,
}
