using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using ShiTu.Trainer.Devices;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Training;

/// <summary>
/// A file of named f32 tensors with a JSON header: <c>STCK</c>, length of the header, header, tensors, SHA-256 of all before. Written
/// beside and renamed, so that a killed run leaves the last whole one. Tensors of another precision are rounded.
/// </summary>
public sealed class Checkpoint
{
    private const uint Magic = 0x4B435453;
    private readonly Dictionary<string, float[]> _tensors;

    private Checkpoint(CheckpointHeader header, Dictionary<string, float[]> tensors) => (Header, _tensors) = (header, tensors);

    /// <summary>What it says about itself.</summary>
    public CheckpointHeader Header { get; }

    /// <summary>SHA-256 over the tensors' values, lower-case hex: equal for runs of the same seed and threads, whatever time they took.</summary>
    public string TensorsSha256 { get; private init; } = "";

    /// <summary>Names of its tensors.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>Writes a checkpoint.</summary>
    public static void Write(string path, CheckpointHeader header, IEnumerable<(string Name, Tensor Value)> tensors)
    {
        var all = tensors.ToList();
        header = header with { Tensors = [.. all.Select(t => new TensorRecord(t.Name, t.Value.shape))] };
        var json = JsonSerializer.SerializeToUtf8Bytes(header, TrainerJson.Default.CheckpointHeader);
        var partial = path + ".partial";
        using (var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
        using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
        {
            void Put(ReadOnlySpan<byte> bytes)
            {
                file.Write(bytes);
                hash.AppendData(bytes);
            }

            Span<byte> start = stackalloc byte[8];
            BinaryPrimitives.WriteUInt32LittleEndian(start, Magic);
            BinaryPrimitives.WriteInt32LittleEndian(start[4..], json.Length);
            Put(start);
            Put(json);
            foreach (var (_, value) in all)
            {
                using var whole = Placement.ToMain(value);
                Put(whole.bytes);
            }

            file.Write(hash.GetHashAndReset());
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="InvalidDataException">The file is none, is cut off or is damaged.</exception>
    public static Checkpoint Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < 40 || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
        {
            throw new InvalidDataException($"{path} is no checkpoint of shitu-train.");
        }

        if (!SHA256.HashData(bytes.AsSpan(..^32)).AsSpan().SequenceEqual(bytes.AsSpan(^32..)))
        {
            throw new InvalidDataException($"{path} is cut off or damaged: its checksum does not fit.");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4));
        var header = JsonSerializer.Deserialize(bytes.AsSpan(8, length), TrainerJson.Default.CheckpointHeader)!;
        var tensors = new Dictionary<string, float[]>(StringComparer.Ordinal);
        var at = 8 + length;
        foreach (var (name, shape) in header.Tensors)
        {
            var values = new float[shape.Aggregate(1L, (product, n) => product * n)];
            Buffer.BlockCopy(bytes, at, values, 0, values.Length * sizeof(float));
            at += values.Length * sizeof(float);
            tensors.Add(name, values);
        }

        return new Checkpoint(header, tensors) { TensorsSha256 = Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan((8 + length)..^32))) };
    }

    /// <summary>Copies its tensors into those of the same names and sizes, wherever these lie; returns what did not fit, a line each.</summary>
    public IReadOnlyList<string> CopyTo(IEnumerable<(string Name, Tensor Value)> targets)
    {
        using var nograd = no_grad();
        var misses = new List<string>();
        foreach (var (name, value) in targets)
        {
            if (!_tensors.TryGetValue(name, out var values))
            {
                misses.Add($"{name}: not in the checkpoint");
            }
            else if (values.Length != value.numel())
            {
                misses.Add($"{name}: the checkpoint has {values.Length} values, the network [{string.Join(", ", value.shape)}]");
            }
            else
            {
                using var source = tensor(values, value.shape, device: CPU);
                value.copy_(source);
            }
        }

        return misses;
    }
}
