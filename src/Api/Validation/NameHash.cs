using System.Runtime.InteropServices;

namespace Platform.Api.Validation;

/// <summary>
/// A keyed hash of UTF-8 text. The key is the process's own, so a client cannot prepare names that collide
/// (hash flooding); for the same reason the value must never be stored or sent.
/// </summary>
internal static class NameHash
{
    public static uint Of(ReadOnlySpan<byte> text)
    {
        // string.GetHashCode is Marvin32, and it does not care that pairs of bytes are no characters.
        var hash = (uint)string.GetHashCode(MemoryMarshal.Cast<byte, char>(text), StringComparison.Ordinal);
        return (text.Length & 1) == 0 ? hash : (hash * 0x9E3779B1u) ^ text[^1];
    }
}
