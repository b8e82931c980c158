using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.Recognition;

namespace ShiTu.EdgeAgent.Pipeline;

/// <summary>An object as it stands in one frame.</summary>
/// <param name="Object">Its number; the id in events is <c>{camera}-{number}</c>.</param>
/// <param name="Box">Where it is.</param>
/// <param name="DetectorScore">Detector score in this frame, 0..1.</param>
/// <param name="Judgement">What is thought of it so far.</param>
/// <param name="Settled">True once it was confirmed.</param>
internal readonly record struct LiveBox(long Object, EventBox Box, float DetectorScore, Judgement Judgement, bool Settled);
