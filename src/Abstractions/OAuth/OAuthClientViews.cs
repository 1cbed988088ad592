using Platform.Abstractions.Idempotency;

namespace Platform.Abstractions.OAuth;

/// <summary>A registered client without its secret.</summary>
public sealed record OAuthClientView
{
    /// <summary>Its <c>client_id</c>: made here, or the https URL of a client's metadata document.</summary>
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required OAuthClientKind Kind { get; init; }
    public required string[] RedirectUris { get; init; }
    public string? Principal { get; init; }
    public string[]? Scopes { get; init; }

    /// <summary>See <see cref="CreateOAuthClient.DefaultResource"/>.</summary>
    public bool DefaultResource { get; init; }

    /// <summary>True for a client that described itself by a document at its id.</summary>
    public bool FromMetadata { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public string? CreatedBy { get; init; }
}

/// <summary>The one answer that carries a client's secret; none for a public client, or one with keys.</summary>
public sealed record OAuthClientIssued(OAuthClientView Client, [property: RevealedOnce] string? Secret);
