using System.Buffers;
using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>The unescaped UTF-8 of a string or property name, in the caller's buffer or, when long, in a borrowed one.</summary>
internal readonly ref struct Unescaped
{
    public const int OnStack = 256;

    private readonly byte[]? _rented;

    public Unescaped(in Utf8JsonReader reader, Span<byte> buffer)
    {
        var room = reader.ValueSpan.Length <= buffer.Length
            ? buffer
            : _rented = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        Bytes = room[..reader.CopyString(room)];
    }

    public ReadOnlySpan<byte> Bytes { get; }

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }
}
