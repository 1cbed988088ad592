namespace Platform.Silo.Audit.Sinks;

/// <summary>Reads <c>ExportLogsServiceResponse</c> of OTLP. What is no such message rejects nothing: some receivers answer with a text.</summary>
internal static class OtlpAnswer
{
    private const ulong PartialSuccess = (1 << 3) | Bytes;
    private const ulong RejectedLogRecords = (1 << 3) | Number;
    private const ulong Number = 0;
    private const ulong Fixed64 = 1;
    private const ulong Bytes = 2;
    private const ulong Fixed32 = 5;

    /// <summary>Whether it says that some of the records were rejected. A partial success without one is a warning.</summary>
    public static bool HasRejected(ReadOnlySpan<byte> response)
    {
        var rejected = false;
        while (TryField(ref response, out var key, out _, out var value))
        {
            while (key == PartialSuccess && TryField(ref value, out var inner, out var number, out _))
            {
                rejected |= inner == RejectedLogRecords && number != 0;
            }
        }

        return rejected;
    }

    /// <summary>Takes the next field; false at the end, and where it is no protobuf any more.</summary>
    private static bool TryField(ref ReadOnlySpan<byte> rest, out ulong key, out ulong number, out ReadOnlySpan<byte> value)
    {
        number = 0;
        value = default;
        if (!TryNumber(ref rest, out key))
        {
            return false;
        }

        switch (key & 7)
        {
            case Number:
                return TryNumber(ref rest, out number);
            case Bytes:
                return TryNumber(ref rest, out var length) && TryBytes(ref rest, length, out value);
            case Fixed64:
                return TryBytes(ref rest, 8, out value);
            case Fixed32:
                return TryBytes(ref rest, 4, out value);
            default:
                return false;
        }
    }

    private static bool TryBytes(ref ReadOnlySpan<byte> rest, ulong length, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (length > (ulong)rest.Length)
        {
            return false;
        }

        value = rest[..(int)length];
        rest = rest[(int)length..];
        return true;
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> rest, out ulong number)
    {
        number = 0;
        for (var at = 0; at < rest.Length && at < 10; at++)
        {
            number |= (ulong)(rest[at] & 0x7F) << (7 * at);
            if (rest[at] < 0x80)
            {
                rest = rest[(at + 1)..];
                return true;
            }
        }

        return false;
    }
}
