using System.Text.Json;
using ShiTu.EdgeAgent.Configuration;
using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.ModelUpdates;

/// <summary>
/// The model sets of the state directory: <c>models/{generation}/</c> holds a detector, a feature model and their gallery, <c>models/current.json</c> names the set in use. The configured
/// set, with <c>gallery.db</c>, is never touched, and holds where the file is not there.
/// </summary>
internal sealed class ModelSets(AgentOptions options)
{
    private const int MostStarts = 3;
    private readonly string _root = Path.Combine(options.StateFolder, "models");

    /// <summary>The set in use.</summary>
    /// <exception cref="InvalidDataException">The file that names it cannot be read.</exception>
    public ModelFolders InUse => FoldersOf(Choice.Generation);

    /// <summary>What is in use, and since when.</summary>
    /// <exception cref="InvalidDataException">The file that names it cannot be read.</exception>
    public ModelChoice Choice
    {
        get
        {
            if (!File.Exists(ChoicePath))
            {
                return ModelChoice.Configured;
            }

            try
            {
                using var json = JsonFields.ParseObject(File.ReadAllBytes(ChoicePath));
                var root = json.RootElement;
                return new ModelChoice(
                    root.Number("generation"), root.Number("previous"), root.Number("proved", 0, 1) == 1, (int)root.Number("starts", 0, 1000), root.TryGetProperty("why", out _) ? root.Text("why", 4000) : null);
            }
            catch (RefusedException error)
            {
                throw new InvalidDataException($"{ChoicePath}: {error.Message} It names the model set in use; without it the configured one is.", error);
            }
        }
    }

    private string ChoicePath => Path.Combine(_root, "current.json");

    /// <summary>Where a set is.</summary>
    public ModelFolders FoldersOf(long generation)
    {
        var folder = Path.Combine(_root, $"{generation}");
        return generation == 0
            ? new ModelFolders(0, options.Models.DetectorFolder, options.Models.FeatureFolder, Path.Combine(options.StateFolder, "gallery.db"))
            : new ModelFolders(generation, Path.Combine(folder, "detector"), Path.Combine(folder, "feature"), Path.Combine(folder, "gallery.db"));
    }

    /// <summary>Names the set that is in use from the next start on; durable when it returns.</summary>
    public void Use(long generation) => Write(new ModelChoice(generation, Choice.Generation, Proved: false, 0, null));

    /// <summary>The set in use has run long enough.</summary>
    public void Prove()
    {
        if (Choice is { Proved: false } choice)
        {
            Write(choice with { Proved = true, Starts = 0 });
        }
    }

    /// <summary>Why the set before was given up has been told.</summary>
    public void Told()
    {
        if (Choice is { Why: not null } choice)
        {
            Write(choice with { Why = null });
        }
    }

    /// <summary>Loads the set in use. One that does not load, or over which the process died, gives way to the one before, and that to the configured one.</summary>
    /// <exception cref="ModelException">Nor does the configured one load.</exception>
    /// <exception cref="InferenceException">As before.</exception>
    public ModelSet Open()
    {
        ModelChoice choice;
        try
        {
            choice = Choice;
        }
        catch (InvalidDataException error)
        {
            choice = GiveUp(ModelChoice.Configured, error.Message);
        }

        while (choice.Generation != 0)
        {
            if (!choice.Proved && choice.Starts >= MostStarts)
            {
                choice = GiveUp(choice, $"{choice.Starts} starts ended before it had run for long.");
                continue;
            }

            if (!choice.Proved)
            {
                Write(choice with { Starts = choice.Starts + 1 });
            }

            try
            {
                return Load(FoldersOf(choice.Generation));
            }
            catch (Exception error) when (error is ModelException or InferenceException or IOException or UnauthorizedAccessException or OutOfMemoryException)
            {
                choice = GiveUp(choice, error.Message);
            }
        }

        return Load(FoldersOf(0));
    }

    /// <summary>Loads a set.</summary>
    /// <param name="folders">Where it is.</param>
    /// <param name="threads">Threads inside a call; null as configured.</param>
    /// <exception cref="ModelException">A folder or the gallery is missing, or a model damaged or of the wrong kind.</exception>
    /// <exception cref="InferenceException">No engine runs it, or its self-test fails.</exception>
    public ModelSet Load(ModelFolders folders, int? threads = null)
    {
        if (folders.Generation != 0 && threads is null && !File.Exists(folders.Gallery))
        {
            throw new ModelException($"{folders.Gallery} is missing.");
        }

        var engine = options.Models.ToEngine(AgentOptions.CacheFolder);
        return ModelSet.Load(folders.Detector, folders.Feature, threads is { } few ? engine with { Threads = few } : engine);
    }

    /// <summary>Removes every set but those in use, before it, and <paramref name="besides"/>.</summary>
    public void Sweep(long besides)
    {
        var choice = Choice;
        foreach (var folder in Directory.Exists(_root) ? Directory.GetDirectories(_root) : [])
        {
            if (!long.TryParse(Path.GetFileName(folder), out var generation) || !(generation == choice.Generation || generation == choice.Previous || generation == besides))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private ModelChoice GiveUp(ModelChoice choice, string why)
    {
        var next = new ModelChoice(choice.Previous, 0, Proved: true, 0, Shortened($"Generation {choice.Generation}: {why}"));
        Write(next);
        return next;
    }

    private static string Shortened(string text) => text.Length <= 1000 ? text : text[..1000];

    private void Write(ModelChoice choice)
    {
        Directory.CreateDirectory(_root);
        var next = ChoicePath + ".next";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            file.Write(PayloadWriter.Object(choice, static (json, one) =>
            {
                json.WriteNumber("generation", one.Generation);
                json.WriteNumber("previous", one.Previous);
                json.WriteNumber("proved", one.Proved ? 1 : 0);
                json.WriteNumber("starts", one.Starts);
                json.Optional("why", one.Why);
            }));
            file.Flush(flushToDisk: true);
        }

        File.Move(next, ChoicePath, overwrite: true);
    }
}
