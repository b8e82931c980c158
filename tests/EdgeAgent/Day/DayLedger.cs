using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace ShiTu.EdgeAgent.Tests.Day;

/// <summary>What the broker took, counted against what the cameras produced. All its memory is taken at the start, so that a leak elsewhere shows.</summary>
internal sealed class DayLedger
{
    private readonly Lock _gate = new();
    private readonly ulong[] _idOf;
    private readonly ulong[] _gapOf;
    private readonly bool[] _refused;
    private readonly Dictionary<string, (long Seq, long Number)> _last = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _gapped = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _wrong = new();

    public DayLedger(int most)
    {
        _idOf = new ulong[most + 1];
        _gapOf = new ulong[most + 1];
        _refused = new bool[most + 1];
    }

    /// <summary>Distinct events.</summary>
    public long Events { get; private set; }

    /// <summary>Events that came again, with the same id.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Events that gaps say were dropped, by reason.</summary>
    public IReadOnlyDictionary<string, long> Gapped => _gapped;

    /// <summary>What should not have come.</summary>
    public IReadOnlyCollection<string> Wrong => _wrong;

    /// <summary>A message that the broker is about to acknowledge.</summary>
    public void Record(string topic, ReadOnlyMemory<byte> payload)
    {
        if (!topic.Contains("/events/", StringComparison.Ordinal) && !topic.EndsWith("/gaps", StringComparison.Ordinal))
        {
            return;
        }

        using var json = JsonDocument.Parse(payload);
        lock (_gate)
        {
            if (topic.EndsWith("/gaps", StringComparison.Ordinal))
            {
                Gap(json.RootElement);
            }
            else
            {
                Event(json.RootElement);
            }
        }
    }

    /// <summary>An event that the broker refuses may come late: those behind it that were on their way already may be taken (docs/mqtt.md).</summary>
    public void Refuse(string topic, ReadOnlyMemory<byte> payload)
    {
        if (topic.Contains("/events/", StringComparison.Ordinal))
        {
            using var json = JsonDocument.Parse(payload);
            lock (_gate)
            {
                _refused[json.RootElement.GetProperty("seq").GetInt64()] = true;
            }
        }
    }

    /// <summary>The numbers of 1 to <paramref name="produced"/> that neither came nor are in a gap, or are both.</summary>
    public IReadOnlyList<long> Unaccounted(long produced) => [.. Enumerable.Range(1, (int)produced).Select(seq => (long)seq).Where(seq => (_idOf[seq] != 0) == (_gapOf[seq] != 0)).Take(20)];

    private void Event(JsonElement json)
    {
        var (seq, id, camera) = (json.GetProperty("seq").GetInt64(), json.GetProperty("id").GetString()!, json.GetProperty("camera").GetString()!);
        if (_idOf[seq] != 0)
        {
            Duplicates++;
            Check(_idOf[seq] == Hash(id), $"{seq} came again with the id {id}");
            return;
        }

        _idOf[seq] = Hash(id);
        Events++;
        var number = long.Parse(json.GetProperty("object").GetString()!.Split('-')[^1], CultureInfo.InvariantCulture);
        var last = _last.TryGetValue(camera, out var known) ? known : (Seq: 0, Number: -1);
        if (seq < last.Seq && _refused[seq])
        {
            return;
        }

        Check(seq > last.Seq && number > last.Number, $"{camera}: {seq} (object {number}) came after {last}");
        _last[camera] = (seq, number);
    }

    private void Gap(JsonElement json)
    {
        var (from, to, reason) = (json.GetProperty("from_seq").GetInt64(), json.GetProperty("to_seq").GetInt64(), json.GetProperty("reason").GetString()!);
        var name = Hash($"{from}-{to}-{reason}");
        for (var seq = from; seq <= to; seq++)
        {
            Check(_gapOf[seq] == 0 || _gapOf[seq] == name, $"{seq} is in two gaps, one of them {from} to {to}");
            _gapped[reason] = _gapped.GetValueOrDefault(reason) + (_gapOf[seq] == 0 ? 1 : 0);
            _gapOf[seq] = name;
        }
    }

    private void Check(bool isRight, string wrong)
    {
        if (!isRight && _wrong.Count < 20)
        {
            _wrong.Enqueue(wrong);
        }
    }

    // FNV-1a: stable, and never the zero that stands for nothing.
    private static ulong Hash(string text) => text.Aggregate(14695981039346656037UL, (hash, c) => (hash ^ c) * 1099511628211UL) | 1;
}
