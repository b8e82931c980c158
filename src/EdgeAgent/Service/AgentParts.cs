using Microsoft.Extensions.Logging;
using ShiTu.EdgeAgent.Pipeline;
using ShiTu.Index.Gallery;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.Service;

/// <summary>What a runtime is given beside its settings.</summary>
/// <param name="Logs">Logs.</param>
/// <param name="Time">Clock.</param>
/// <param name="Observer">Sees every frame; may be null.</param>
/// <param name="Prepare">Fills the gallery before the first index is built; may be null.</param>
internal sealed record AgentParts(ILoggerFactory Logs, TimeProvider Time, IFrameObserver? Observer = null, Action<ModelSet, GalleryStore>? Prepare = null);
