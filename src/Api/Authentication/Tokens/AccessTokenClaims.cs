using System.Text.Json;
using Platform.Abstractions.Tokens;

namespace Platform.Api.Authentication.Tokens;

/// <summary>The claims of an access token that are looked at, read but not yet believed. Required members are there and of their type (RFC 9068, section 2.2).</summary>
internal sealed record AccessTokenClaims
{
    // A day before the last date there is, so that what clocks may differ can be added to it.
    private const long MaxSeconds = 253_402_214_400;
    private const int MaxId = 128;

    public required string Issuer { get; init; }

    /// <summary>One text. An array of audiences is refused even when it has one: a token is for one resource (MCP, RFC 8707).</summary>
    public required string Audience { get; init; }

    public required string Subject { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Null where the issuer names none; our own always does.</summary>
    public string? TokenId { get; init; }

    public string? ClientId { get; init; }

    public string? Scope { get; init; }

    public string? Family { get; init; }

    /// <summary>Null when a claim that every token has is missing or is of another type, or one that is there is.</summary>
    /// <param name="json">Accepted by the guard: one object, no name twice.</param>
    public static AccessTokenClaims? Read(ReadOnlySpan<byte> json)
    {
        string? issuer = null, audience = null, subject = null, tokenId = null, clientId = null, scope = null, family = null;
        DateTimeOffset? expires = null, issued = null, notBefore = null;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var read = true;
            if (reader.ValueTextEquals("iss"u8))
            {
                read = Text(ref reader, 2_048, out issuer);
            }
            else if (reader.ValueTextEquals("aud"u8))
            {
                read = Text(ref reader, 2_048, out audience);
            }
            else if (reader.ValueTextEquals("sub"u8))
            {
                read = Text(ref reader, 255, out subject);
            }
            else if (reader.ValueTextEquals("exp"u8))
            {
                read = Date(ref reader, out expires);
            }
            else if (reader.ValueTextEquals("iat"u8))
            {
                read = Date(ref reader, out issued);
            }
            else if (reader.ValueTextEquals("nbf"u8))
            {
                read = Date(ref reader, out notBefore);
            }
            else if (reader.ValueTextEquals("jti"u8))
            {
                read = Text(ref reader, MaxId, out tokenId);
            }
            else if (reader.ValueTextEquals("client_id"u8))
            {
                read = Text(ref reader, 2_048, out clientId);
            }
            else if (reader.ValueTextEquals("scope"u8))
            {
                read = Text(ref reader, 4_096, out scope);
            }
            else if (reader.ValueTextEquals("family"u8))
            {
                read = Text(ref reader, MaxId, out family);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }

            if (!read)
            {
                return null;
            }
        }

        return issuer is null || audience is null || subject is null || expires is null || issued is null ? null : new AccessTokenClaims
        {
            Issuer = issuer,
            Audience = audience,
            Subject = subject,
            ExpiresAt = expires.Value,
            IssuedAt = issued.Value,
            NotBefore = notBefore,
            TokenId = tokenId,
            ClientId = clientId,
            Scope = scope,
            Family = family,
        };
    }

    /// <summary>Whether it is a token's time (AU-2): begun, not over, and never meant to last longer than a day; clocks may differ by 30 s.</summary>
    public bool IsCurrent(DateTimeOffset now) =>
        now < ExpiresAt + AccessTokenRules.Skew
        && IssuedAt <= now + AccessTokenRules.Skew
        && (NotBefore is not { } begin || begin <= now + AccessTokenRules.Skew)
        && ExpiresAt > IssuedAt
        && ExpiresAt - IssuedAt <= AccessTokenRules.MaxLife;

    private static bool Text(ref Utf8JsonReader reader, int max, out string? text)
    {
        text = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        text = reader.GetString()!;
        return text.Length > 0 && text.Length <= max && !text.AsSpan().ContainsAnyInRange('\0', '\u001f');
    }

    // RFC 7519 allows fractions of a second; nobody needs them, and a number that is read in two ways is a number too many.
    private static bool Date(ref Utf8JsonReader reader, out DateTimeOffset? date)
    {
        date = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var seconds) || seconds is < 0 or > MaxSeconds)
        {
            return false;
        }

        date = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return true;
    }
}
