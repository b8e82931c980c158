using Microsoft.Extensions.Time.Testing;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;
using ShiTu.Inference.Imaging;

namespace ShiTu.EdgeAgent.Tests.GalleryUpdates;

/// <summary>A device with a gallery, and the owner who signs for it.</summary>
internal sealed class Shop : IAsyncDisposable
{
    public const int Dimension = 32;
    private readonly PictureEmbedder? _embed;
    private int _outputs;

    public Shop(UpdateOptions? options = null, PictureEmbedder? embed = null)
    {
        Options = options ?? new UpdateOptions();
        _embed = embed;
        Owner.Save(Path.Combine(Folder, "owner"));
        Keys = new TrustedKeys([TrustedKeys.ReadKey(Path.Combine(Folder, "owner.pub"))], Clock);
        Open();
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("shop-").FullName;

    public UpdateOptions Options { get; }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public UpdateTarget Target { get; } = new("s1", "till-3", "m@1", Dimension);

    public SigningKey Owner { get; } = SigningKey.New();

    public TrustedKeys Keys { get; }

    public GalleryStore Gallery { get; private set; } = null!;

    public LiveIndex Index { get; private set; } = null!;

    public UpdateState State { get; private set; } = null!;

    public GalleryUpdater Updater { get; private set; } = null!;

    public string Device => Path.Combine(Folder, "device");

    /// <summary>A JPEG-decoding embedder of its own: the first bytes of the shrunk picture as a direction.</summary>
    public static float[] Embed(ReadOnlyMemory<byte> jpeg)
    {
        try
        {
            var picture = PictureDecoder.Decode(jpeg.Span, 1_000_000);
            var vector = new float[Dimension];
            for (var i = 0; i < picture.Pixels.Length; i++)
            {
                vector[i * Dimension / picture.Pixels.Length] += picture.Pixels[i] - 100f;
            }

            var norm = MathF.Sqrt(vector.Sum(value => value * value));
            return [.. vector.Select(value => value / norm)];
        }
        catch (PictureFormatException e)
        {
            throw new RefusedException("chunk", e.Message, e);
        }
    }

    public void Open()
    {
        Directory.CreateDirectory(Device);
        Gallery = GalleryStore.Open(Path.Combine(Device, "gallery.db"), Target.Model, Dimension);
        Index = LiveIndex.Open(Gallery, new IndexOptions { Kind = "exact" });
        State = UpdateState.Open(Path.Combine(Device, "updates.db"));
        Updater = new GalleryUpdater(Options, Target, Keys, Device, State, Gallery, Index, _embed, Clock);
    }

    public async Task CloseAsync()
    {
        Updater.Dispose();
        State.Dispose();
        await Index.DisposeAsync();
        Gallery.Dispose();
    }

    /// <summary>Signs a gallery into a folder of its own; <paramref name="change"/> forges the manifest before it is signed with <paramref name="key"/>.</summary>
    public async Task<string> SignAsync(IEnumerable<ChunkItem> items, long generation, Func<GalleryManifest, GalleryManifest>? change = null, SigningKey? key = null)
    {
        var output = Path.Combine(Folder, $"out-{_outputs++}");
        var request = new SigningRequest { Site = Target.Site, Generation = generation, Model = Target.Model, Dimension = Dimension };
        var manifest = await GallerySigning.SignAsync(items, request, Owner, output, Clock, CancellationToken.None);
        if (change is not null || key is not null)
        {
            SignedDocument.Sign((change?.Invoke(manifest) ?? manifest).ToJson(), key ?? Owner).Write(Path.Combine(output, GallerySigning.ManifestFile));
        }

        return output;
    }

    public Task<Receipt?> ApplyAsync(string output) => GalleryApply.ApplyAsync(output, Updater, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Owner.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
