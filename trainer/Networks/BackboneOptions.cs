namespace ShiTu.Trainer.Networks;

/// <summary>What may differ from PPLCNetV2_base_ShiTu (feature-model.md 1.3, 1.4).</summary>
/// <param name="Embedding">Floats an embedding.</param>
/// <param name="LastStride">Stride of the last stage; ShiTu 1, the ImageNet base 2.</param>
/// <param name="LastActivation">ReLU after the last convolution; the ImageNet base has it, ShiTu not.</param>
/// <param name="Branches">Re-parametrised depthwise branches; without them each stage trains the one convolution it is fused to.</param>
/// <param name="Dropout">Share dropped after the last convolution; not rescaled in training, times (1 - share) in evaluation.</param>
public sealed record BackboneOptions(int Embedding = 512, int LastStride = 1, bool LastActivation = false, bool Branches = true, double Dropout = 0.2);
