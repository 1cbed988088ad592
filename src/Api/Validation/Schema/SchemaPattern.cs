using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Platform.Api.Validation.Schema;

/// <summary>A compiled "pattern": linear in the text's length whatever the expression is, and unanchored as the specification says.</summary>
internal sealed class SchemaPattern
{
    private const int OnStack = 256;

    /// <summary>Linear does not mean fast: a large automaton over a long text still costs their product.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The engine keeps the automaton's states it has met, up to 10 000 of any size: texts made for it can grow an
    /// expression by 100 MB. Beyond this it is built anew, without them.
    /// </summary>
    private const long MaxGrowth = 1024 * 1024;

    private readonly string _translated;
    private readonly int _positions;
    private volatile Regex _regex;
    private long _growth;

    private SchemaPattern(string source, string translated, int positions)
    {
        Source = source;
        _translated = translated;
        _positions = positions;
        _regex = Build();
    }

    public string Source { get; }

    public static SchemaPattern? TryCreate(string source, out string reason)
    {
        if (source.Length > SchemaLimits.MaxPatternLength)
        {
            reason = $"a pattern is longer than {SchemaLimits.MaxPatternLength} characters";
            return null;
        }

        if (!EcmaPattern.TryTranslate(source, out var translated, out var positions, out reason))
        {
            return null;
        }

        try
        {
            return new SchemaPattern(source, translated, positions);
        }
        catch (Exception refused) when (refused is ArgumentException or NotSupportedException)
        {
            reason = "a pattern cannot be matched in linear time, or is not a regular expression";
            return null;
        }
    }

    /// <summary>Judges the string or property name the reader stands on.</summary>
    public bool IsMatch(ref Utf8JsonReader reader, ref SchemaRun run)
    {
        var length = reader.ValueSpan.Length;
        if (!run.Spend(1) || !run.SpendBytes((long)length * _positions))
        {
            return false;
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var matches = IsMatch(ref reader, length);
            // Growing the automaton is the expensive part of matching, and memory tells how much it grew.
            return run.SpendBytes(GC.GetAllocatedBytesForCurrentThread() - before) && matches;
        }
        catch (RegexMatchTimeoutException)
        {
            return run.Abort("takes too long to match against a pattern");
        }
        finally
        {
            Forget(GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private bool IsMatch(ref Utf8JsonReader reader, int length)
    {
        char[]? rented = null;
        var buffer = length <= OnStack ? stackalloc char[OnStack] : rented = ArrayPool<char>.Shared.Rent(length);
        try
        {
            return _regex.IsMatch(buffer[..reader.CopyString(buffer)]);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<char>.Shared.Return(rented);
            }
        }
    }

    private void Forget(long allocated)
    {
        if (allocated > 0 && Interlocked.Add(ref _growth, allocated) > MaxGrowth)
        {
            Interlocked.Exchange(ref _growth, 0);
            _regex = Build();
        }
    }

    private Regex Build() => new(_translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Patience);
}
