using System.Diagnostics;
using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace ShiTu.TestKit.Fuzzing;

/// <summary>
/// A parser under a rain of changed inputs. It may take an input or refuse it with its declared error; any other exception, a hang or an allocation out of all proportion fails,
/// and the message carries the input. Inputs that are refused in a new way join the corpus, so that the walk goes deeper.
/// </summary>
public sealed partial class FuzzTarget
{
    private const string ExecutionsVariable = "SHITU_FUZZ_EXECUTIONS";
    private const int MostKept = 1000;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private readonly Action<byte[]> _parse;
    private readonly Func<Exception, bool> _isDeclared;
    private readonly List<byte[]> _corpus;
    private readonly byte[][] _tokens;

    /// <summary>Sets it up.</summary>
    /// <param name="parse">Hands the bytes to the parser.</param>
    /// <param name="isDeclared">True for the parser's own error.</param>
    /// <param name="corpus">Inputs to begin with; the parser must take the first.</param>
    /// <param name="tokens">Texts that mean something to the parser.</param>
    public FuzzTarget(Action<byte[]> parse, Func<Exception, bool> isDeclared, IEnumerable<byte[]> corpus, params string[] tokens)
    {
        _parse = parse;
        _isDeclared = isDeclared;
        _corpus = [.. corpus];
        _tokens = [.. tokens.Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>Most bytes of an input.</summary>
    public int MostBytes { get; init; } = 4096;

    /// <summary>Most bytes that one input may make the parser allocate on the managed heap.</summary>
    public long MostAllocated { get; init; } = 8 << 20;

    /// <summary>Runs it; fails on the first finding.</summary>
    /// <param name="executions">How many inputs; the environment's SHITU_FUZZ_EXECUTIONS wins, for a short look or a night's walk.</param>
    /// <param name="seed">The same inputs for the same seed.</param>
    public void Run(int executions, int seed)
    {
        _parse(_corpus[0]);
        executions = int.TryParse(Environment.GetEnvironmentVariable(ExecutionsVariable), CultureInfo.InvariantCulture, out var asked) ? asked : executions;
        var mutator = new Mutator(seed, _tokens, MostBytes);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var (taken, most, longest) = (0, 0L, TimeSpan.Zero);
        var name = Path.Combine(Path.GetTempPath(), $"fuzz-{Environment.ProcessId}-{Guid.NewGuid():N}");

        // Should native code take the process down, the input is in this file.
        using var file = new FileStream(name, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        using var map = MemoryMappedFile.CreateFromFile(file, null, MostBytes + sizeof(int), MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        using var last = map.CreateViewAccessor();
        var clock = Stopwatch.StartNew();
        for (var execution = 0; execution < executions; execution++)
        {
            var input = mutator.Next(_corpus);
            last.Write(0, input.Length);
            last.WriteArray(sizeof(int), input, 0, input.Length);
            var (allocated, started) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            var finding = Try(input, seen, ref taken);
            var (bytes, time) = (GC.GetAllocatedBytesForCurrentThread() - allocated, Stopwatch.GetElapsedTime(started));
            (most, longest) = (Math.Max(most, bytes), time > longest ? time : longest);
            finding ??= bytes > MostAllocated ? $"allocated {bytes} bytes" : time > Longest ? $"took {time}" : null;
            if (finding is not null)
            {
                Assert.Fail($"Execution {execution} of seed {seed}: {finding}\nInput ({input.Length} bytes): {Convert.ToBase64String(input)}\nAs text: {Encoding.UTF8.GetString(input)}");
            }
        }

        File.Delete(name);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{executions} executions in {clock.Elapsed.TotalSeconds:0.0} s: {taken} taken, {seen.Count} kinds of refusal, {_corpus.Count} inputs kept, most {most} bytes, longest {longest.TotalMilliseconds:0} ms");
    }

    private string? Try(byte[] input, HashSet<string> seen, ref int taken)
    {
        try
        {
            _parse(input);
            taken++;
            return null;
        }
        catch (Exception error) when (_isDeclared(error))
        {
            var kind = $"{error.GetType().Name} {Changing().Replace(error.Message, "")}";
            if (_corpus.Count < MostKept && seen.Add(kind[..Math.Min(kind.Length, 200)]))
            {
                _corpus.Add(input);
            }

            return null;
        }
        catch (Exception error)
        {
            return error.ToString();
        }
    }

    // Numbers and quoted parts of the input make no new kind of refusal.
    [GeneratedRegex("""'[^']*'|"[^"]*"|[0-9]+|[^\x20-\x7e]""")]
    private static partial Regex Changing();
}
