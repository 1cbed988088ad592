using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Platform.Abstractions.OAuth;

namespace Platform.Api.OAuth.Clients;

/// <summary>What a client says of itself at the URL that is its id (OAuth Client ID Metadata Document), read and bounded; nothing of it is believed beyond what it says of itself.</summary>
internal sealed record ClientDocument(string Name, string[] RedirectUris, JsonWebKeySet? Keys)
{
    private const int MaxName = 100;
    private const int MaxUris = 20;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Null when it is not a document of exactly this client, or not one that we serve.</summary>
    public static ClientDocument? Read(string id, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, Strict);
            var root = json.RootElement;

            // Section 4.1 of the draft: the id in the document is the URL, by simple comparison, and there are no shared secrets.
            if (root.ValueKind != JsonValueKind.Object || Text(root, "client_id") is not { } own || !string.Equals(own, id, StringComparison.Ordinal)
                || root.TryGetProperty("client_secret", out _) || root.TryGetProperty("client_secret_expires_at", out _))
            {
                return null;
            }

            var name = Text(root, "client_name");
            if (name is null or { Length: 0 or > MaxName } || name.Any(char.IsControl) || !TryReadUris(root, out var uris))
            {
                return null;
            }

            return (root.TryGetProperty("token_endpoint_auth_method", out _) ? Text(root, "token_endpoint_auth_method") : "none") switch
            {
                "none" => new ClientDocument(name, uris, null),
                "private_key_jwt" when root.TryGetProperty("jwks", out var jwks) && ClientKeys.TryRead(jwks.GetRawText(), out var keys) => new ClientDocument(name, uris, keys),
                _ => null,
            };
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool TryReadUris(JsonElement root, out string[] uris)
    {
        uris = [];
        if (!root.TryGetProperty("redirect_uris", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MaxUris)
        {
            return false;
        }

        uris = [.. list.EnumerateArray().Select(static uri => uri.ValueKind == JsonValueKind.String ? uri.GetString()! : "")];
        return Array.TrueForAll(uris, RedirectUri.IsValid);
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
