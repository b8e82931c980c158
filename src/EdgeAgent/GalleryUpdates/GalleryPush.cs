using ShiTu.EdgeAgent.Mqtt;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Publishes a signed gallery.</summary>
internal static class GalleryPush
{
    /// <summary>As <see cref="ManifestPush.PushAsync"/>.</summary>
    public static async Task<GalleryManifest> PushAsync(string folder, MqttOptions options, bool all, IProgress<PushProgress>? progress, CancellationToken cancellation) =>
        (GalleryManifest)await ManifestPush.PushAsync(PushKind.Gallery, folder, options, all, progress, cancellation).ConfigureAwait(false);
}
