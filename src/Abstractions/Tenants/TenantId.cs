using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Abstractions.Tenants;

/// <summary>
/// A tenant's immutable, server-made identity: <c>[a-z0-9]{8,26}</c>, or <c>_sys</c> for the platform itself. Never the slug.
/// </summary>
[GenerateSerializer, Alias("tenant-id"), Immutable]
[JsonConverter(typeof(TenantIdJson))]
public readonly record struct TenantId
{
    private const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> AlphabetSet = SearchValues.Create(Alphabet);

    [Id(0)] private readonly string? _value;

    private TenantId(string value) => _value = value;

    /// <summary>The platform's own grains live under this id; no tenant can have it.</summary>
    public static TenantId Platform { get; } = new("_sys");

    /// <summary>A fresh id of 16 characters (82 bits).</summary>
    public static TenantId New() => new(RandomNumberGenerator.GetString(Alphabet, 16));

    public static bool TryParse([NotNullWhen(true)] string? text, out TenantId id)
    {
        id = default;
        if (string.Equals(text, "_sys", StringComparison.Ordinal))
        {
            id = Platform;
            return true;
        }

        if (text is null or { Length: < 8 or > 26 } || text.AsSpan().ContainsAnyExcept(AlphabetSet))
        {
            return false;
        }

        id = new TenantId(text);
        return true;
    }

    /// <summary>False for <c>default</c>, which belongs to nobody.</summary>
    public bool IsValid => _value is not null;

    public override string ToString() => _value ?? throw new InvalidOperationException("An uninitialized TenantId was used.");
}

/// <summary>A tenant id is a JSON string; anything that is not one is refused.</summary>
public sealed class TenantIdJson : JsonConverter<TenantId>
{
    public override TenantId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TenantId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("Not a tenant id.");

    public override void Write(Utf8JsonWriter writer, TenantId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
