using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Platform.System.Tests.PowerCut;

/// <summary>One finished system call, with the moments at which it was entered and left, in microseconds of the epoch.</summary>
internal sealed record Syscall(string Name, string Arguments, string Result, long Entered, long Left)
{
    /// <summary>The path behind the first argument, which is a descriptor.</summary>
    public string DescriptorPath { get; } = Arguments.IndexOf('<', StringComparison.Ordinal) is var start and >= 0 && Arguments.IndexOf('>', start) is var end and >= 0
        ? SyscallTrace.Text(Arguments[(start + 1)..end])
        : "";

    public bool Succeeded => !Result.StartsWith('-') && !Result.StartsWith('?');

    /// <summary>What was in quotation marks, in order.</summary>
    public IReadOnlyList<byte[]> Strings => [.. SyscallTrace.Quoted().Matches(Arguments).Select(match => SyscallTrace.Bytes(match.Groups["text"].ValueSpan))];

    /// <summary>The number at a place counted from the end: 1 is the last argument.</summary>
    public long FromEnd(int place) => long.Parse(Arguments.Split(", ")[^place], CultureInfo.InvariantCulture);
}

/// <summary>Reads what <c>strace -f -ttt -T -y -xx</c> wrote.</summary>
internal static partial class SyscallTrace
{
    /// <summary>Everything that can change a file or a folder, and what makes that durable.</summary>
    public const string Calls = "write,pwrite64,pwritev,pwritev2,writev,fsync,fdatasync,msync,ftruncate,truncate,fallocate,rename,renameat,renameat2,unlink,unlinkat,open,openat,creat,link,linkat,copy_file_range,sendfile,splice";

    public static IEnumerable<Syscall> Read(string path)
    {
        var unfinished = new Dictionary<string, (long Entered, string Name, string Arguments)>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(path, Encoding.Latin1))
        {
            if (Line().Match(line) is not { Success: true } match)
            {
                continue;
            }

            var (thread, at, rest) = (match.Groups["thread"].Value, Micros(match.Groups["at"].Value), match.Groups["rest"].Value);
            if (rest.StartsWith("<... ", StringComparison.Ordinal))
            {
                if (unfinished.Remove(thread, out var begun) && rest.IndexOf(" resumed>", StringComparison.Ordinal) is var tail and > 0)
                {
                    var (more, result, _) = Split(rest[(tail + 9)..]);
                    yield return new Syscall(begun.Name, begun.Arguments + more, result, begun.Entered, at);
                }
            }
            else if (rest.IndexOf('(', StringComparison.Ordinal) is var open and > 0)
            {
                var name = rest[..open];
                if (rest.EndsWith(" <unfinished ...>", StringComparison.Ordinal))
                {
                    unfinished[thread] = (at, name, rest[(open + 1)..^17]);
                }
                else
                {
                    var (arguments, result, took) = Split(rest[(open + 1)..]);
                    yield return new Syscall(name, arguments, result, at, at + took);
                }
            }
        }
    }

    public static string Text(string escaped) => Encoding.UTF8.GetString(Bytes(escaped));

    /// <summary>Bytes that are all written as <c>\xNN</c>; what is not written so is taken as it stands.</summary>
    public static byte[] Bytes(ReadOnlySpan<char> escaped)
    {
        if (!escaped.StartsWith("\\x"))
        {
            return Encoding.Latin1.GetBytes(escaped.ToString());
        }

        var bytes = new byte[escaped.Length / 4];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = byte.Parse(escaped.Slice((i * 4) + 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        return bytes;
    }

    [GeneratedRegex("\"(?<text>(?:[^\"\\\\]|\\\\x[0-9a-f]{2})*)\"", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    internal static partial Regex Quoted();

    [GeneratedRegex(@"^(?<thread>\d+)\s+(?<at>\d+\.\d+) (?<rest>.*)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Line();

    // "…) = 8 <0.000048>": the last ") = " is the call's, for everything inside is escaped.
    private static (string Arguments, string Result, long Took) Split(string rest)
    {
        var end = rest.LastIndexOf(") = ", StringComparison.Ordinal);
        if (end < 0)
        {
            return (rest, "?", 0);
        }

        var result = rest[(end + 4)..];
        var took = result.LastIndexOf('<') is var start and >= 0 && result.EndsWith('>') ? Micros(result[(start + 1)..^1]) : 0;
        return (rest[..end], result, took);
    }

    private static long Micros(string seconds) => (long)(decimal.Parse(seconds, CultureInfo.InvariantCulture) * 1_000_000);
}
