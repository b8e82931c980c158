using Microsoft.Extensions.Time.Testing;
using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.Configuration;
using ShiTu.EdgeAgent.Enrolment;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.ModelUpdates;
using ShiTu.EdgeAgent.Pipeline;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.EdgeAgent.Service;
using ShiTu.EdgeAgent.Tests.Pipeline;
using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;
using ShiTu.Inference.Features;
using ShiTu.Inference.Imaging;
using ShiTu.Inference.Models;
using SkiaSharp;

namespace ShiTu.EdgeAgent.Tests.ModelUpdates;

/// <summary>A device with tiny real models and a gallery of three colours, and the owner who signs models for it. Opened and closed as the agent does.</summary>
internal sealed class ModelShop : IAsyncDisposable
{
    private readonly TinyModels _installed = new();
    private readonly UpdateOptions _updates;
    private readonly bool _shadow;
    private FeatureExtractor? _extractor;
    private int _outputs;

    private ModelShop(UpdateOptions? updates, bool shadow)
    {
        _updates = updates ?? new UpdateOptions();
        _shadow = shadow;
        Owner.Save(Path.Combine(Folder, "owner"));
        Keys = new TrustedKeys([TrustedKeys.ReadKey(Path.Combine(Folder, "owner.pub"))], Clock);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("model-shop-").FullName;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public SigningKey Owner { get; } = SigningKey.New();

    public TrustedKeys Keys { get; }

    public TinyModels Installed => _installed;

    public FrameTap Tap { get; } = new();

    public bool RestartAsked { get; private set; }

    public ModelSet Models { get; private set; } = null!;

    public GalleryStore Gallery { get; private set; } = null!;

    public LiveIndex Index { get; private set; } = null!;

    public UpdateState State { get; private set; } = null!;

    public GalleryUpdater Galleries { get; private set; } = null!;

    public ModelUpdater Updater { get; private set; } = null!;

    /// <summary>What the gallery had to say at the start, or null.</summary>
    public Receipt? GalleryAtStart { get; private set; }

    public ModelSets Sets => new(Options);

    public string Device => Path.Combine(Folder, "device");

    private AgentOptions Options => new()
    {
        StateDirectory = Device,
        Models = new ModelOptions { Detector = _installed.DetectorFolder, Feature = _installed.FeatureFolder, Engine = "onnxruntime", Threads = 1 },
        Recognition = ColourShop.Options,
        Updates = _updates,
    };

    /// <summary>Opens a device whose gallery came from the owner.</summary>
    /// <param name="pictures">Whether as pictures, or as vectors.</param>
    /// <param name="updates">Caps and shadow run.</param>
    /// <param name="shadow">Whether cameras run, as far as <see cref="Tap"/> gives frames.</param>
    public static async Task<ModelShop> OpenAsync(bool pictures = true, UpdateOptions? updates = null, bool shadow = false)
    {
        var shop = new ModelShop(updates, shadow);
        await shop.StartAsync();
        ChunkItem[] items = [shop.Item("red", SKColors.Red, pictures), shop.Item("green", SKColors.Lime, pictures), shop.Item("blue", SKColors.Blue, pictures)];
        var output = Path.Combine(shop.Folder, "gallery");
        await GallerySigning.SignAsync(items, new SigningRequest { Site = "s1", Model = shop.Models.Identity, Dimension = shop.Models.Feature.Dimension }, shop.Owner, output, shop.Clock, CancellationToken.None);
        var receipt = await GalleryApply.ApplyAsync(output, shop.Galleries, CancellationToken.None);
        Xunit.Assert.True(receipt!.Accepted, receipt.Refusal?.Text);
        return shop;
    }

    /// <summary>Starts the device as the agent does.</summary>
    public async Task StartAsync()
    {
        Directory.CreateDirectory(Device);
        RestartAsked = false;
        Models = Sets.Open();
        State = UpdateState.Open(Path.Combine(Device, "updates.db"));
        _extractor = Models.CreateFeatureExtractor();
        var embed = PictureEmbedding.With(_extractor, _updates.MaxPicturePixels);
        var target = new UpdateTarget("s1", "till-3", Models.Identity, Models.Feature.Dimension);
        Gallery = GalleryStore.Open(Sets.InUse.Gallery, Models.Identity, Models.Feature.Dimension);
        using (var opening = new GalleryUpdater(_updates, target, Keys, Device, State, Gallery, null, embed, Clock))
        {
            (Index, GalleryAtStart) = await GalleryRecovery.OpenIndexAsync(Gallery, new IndexOptions { Kind = "exact" }, State, opening, Sets.Choice.Why is not null, CancellationToken.None);
        }

        Galleries = new GalleryUpdater(_updates, target, Keys, Device, State, Gallery, Index, embed, Clock);
        Updater = new ModelUpdater(
            new ModelUpdaterParts
            {
                Options = _updates,
                Recognition = ColourShop.Options,
                Target = target,
                StateFolder = Device,
                Sets = Sets,
                Present = Models,
                Gallery = Gallery,
                Index = Index,
                Thresholds = new ThresholdSource(AgentRuntime.ThresholdsOf(Gallery, ColourShop.Options)),
                Galleries = Galleries,
                Shadow = _shadow ? new ShadowRun(Tap, _updates, ColourShop.Options, TimeProvider.System) : null,
                Restart = () => RestartAsked = true,
            },
            Keys, State.Models, Clock);
    }

    public async Task StopAsync()
    {
        Updater.Dispose();
        Galleries.Dispose();
        State.Dispose();
        await Index.DisposeAsync();
        Gallery.Dispose();
        _extractor!.Dispose();
        Models.Dispose();
    }

    /// <summary>Stops and starts; what the start had to say of the models.</summary>
    public async Task<Receipt?> RestartAsync()
    {
        await StopAsync();
        await StartAsync();
        var receipt = Updater.AtStart;
        await Galleries.RecoverAsync(CancellationToken.None);
        await Updater.RecoverAsync(CancellationToken.None);
        return receipt;
    }

    /// <summary>Signs model folders into a folder of their own; <paramref name="change"/> forges the manifest before it is signed with <paramref name="key"/>.</summary>
    public async Task<string> SignAsync(IReadOnlyList<string> folders, long generation, Func<ModelsManifest, ModelsManifest>? change = null, SigningKey? key = null)
    {
        var output = Path.Combine(Folder, $"out-{_outputs++}");
        var kinds = folders.ToDictionary(folder => ModelManifest.Read(folder).Kind);
        var (model, dimension) = ModelSet.IdentityOf(kinds.GetValueOrDefault(ModelManifest.MainBody, Sets.InUse.Detector), kinds.GetValueOrDefault(ModelManifest.FeatureKind, Sets.InUse.Feature));
        var request = new SigningRequest { Site = "s1", Generation = generation, Model = model, Dimension = dimension };
        var manifest = await ModelSigning.SignAsync(folders, request, Owner, output, Clock, CancellationToken.None);
        if (change is not null || key is not null)
        {
            SignedDocument.Sign((change?.Invoke(manifest) ?? manifest).ToJson(), key ?? Owner).Write(Path.Combine(output, SignedFolder.ManifestFile));
        }

        return output;
    }

    public Task<Receipt?> ApplyAsync(string output) => GalleryApply.ApplyAsync(output, Updater, CancellationToken.None);

    /// <summary>What the gallery finds for a colour, and how similar it is.</summary>
    public (string Item, float Similarity) Find(SKColor colour)
    {
        var vector = PictureEmbedding.With(_extractor!, 1_000_000)(Jpeg(colour));
        using var lease = Index.Borrow();
        var hits = new Index.Search.SearchHit[1];
        lease.Index.Search(vector, 1, 1, hits);
        return (lease.Index.Items[hits[0].Item].Id, hits[0].Similarity);
    }

    /// <summary>Enrols an item here, with or without its picture.</summary>
    public void Enrol(string id, SKColor colour, bool keepsPicture)
    {
        var jpeg = Jpeg(colour);
        var view = new GalleryView(PictureEmbedding.With(_extractor!, 1_000_000)(jpeg), "", "enrolled") { Picture = keepsPicture ? KeptPicture.Of(jpeg, 1_000_000) : null };
        Gallery.Replace(new GalleryItem(id, id, null, Local: true), [view]);
    }

    /// <summary>Lets a camera see a red and a blue product until it is cancelled.</summary>
    public async Task FilmAsync(CancellationToken cancellation)
    {
        var frame = new Frame();
        frame.Adopt(ColourShop.Picture((16, 16, 255, 0, 0), (144, 144, 0, 0, 255)));
        while (!cancellation.IsCancellationRequested)
        {
            Tap.Observe(new FrameOutcome("belt", frame, [], skipped: false));
            await Task.Delay(5, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _installed.Dispose();
        Owner.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static byte[] Jpeg(SKColor colour) => GalleryUpdates.GalleryUpdaterTests.Jpeg(colour, colour);

    private ChunkItem Item(string id, SKColor colour, bool picture)
    {
        var jpeg = Jpeg(colour);
        return new ChunkItem(id, id, null, [picture ? new ChunkView(null, jpeg) : new ChunkView(HalfVector.Write(PictureEmbedding.With(_extractor!, 1_000_000)(jpeg)), null)]);
    }
}
