using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Platform.Abstractions.Audit;

/// <summary>A record in a bundle: <c>{"seq":1,"hash":"…","event":{…}}</c>, the event byte for byte as it was hashed.</summary>
public static class RecordLine
{
    private const int HexSize = 2 * AuditChain.HashSize;

    /// <summary>Writes the line without its end.</summary>
    public static byte[] Write(long sequence, string hash, string record) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"seq":{{sequence}},"hash":"{{hash}}","event":{{record}}}"""));

    /// <summary>Takes the parts out of a line; false when it is not exactly of the form. The event is not looked at: its hash is.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> line, out long sequence, Span<byte> hash, out ReadOnlyMemory<byte> record)
    {
        (sequence, record) = (0, default);
        var rest = line.Span;
        if (!rest.StartsWith("{\"seq\":"u8))
        {
            return false;
        }

        rest = rest[7..];
        if (rest is [<= (byte)'0', ..] || !Utf8Parser.TryParse(rest, out sequence, out var digits) || sequence < 1)
        {
            return false;
        }

        rest = rest[digits..];
        if (!rest.StartsWith(",\"hash\":\""u8) || rest.Length < 9 + HexSize || rest[9..].IndexOfAnyInRange((byte)'A', (byte)'F') is >= 0 and < HexSize)
        {
            return false;
        }

        if (Convert.FromHexString(rest.Slice(9, HexSize), hash, out _, out var written) != System.Buffers.OperationStatus.Done || written != AuditChain.HashSize)
        {
            return false;
        }

        rest = rest[(9 + HexSize)..];
        if (!rest.StartsWith("\",\"event\":"u8) || !rest.EndsWith("}"u8))
        {
            return false;
        }

        var start = line.Length - rest.Length + 10;
        record = line[start..^1];
        return true;
    }
}
