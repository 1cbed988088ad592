using System.Text.Json.Serialization;
using FluentValidation;

namespace Platform.Abstractions.OAuth;

/// <summary>Whether a client can keep a secret.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OAuthClientKind>))]
public enum OAuthClientKind
{
    /// <summary>Proves who it is with a secret or a key.</summary>
    [JsonStringEnumMemberName("confidential")] Confidential = 0,

    /// <summary>Runs on people's machines; it has no secret and acts for a person only.</summary>
    [JsonStringEnumMemberName("public")] Public = 1,
}

/// <summary>Registers a client with a tenant's authorization server.</summary>
public sealed record CreateOAuthClient : IOAuthClientSettings
{
    /// <summary>What people read on the consent page, 1 to 100 characters.</summary>
    public required string Name { get; init; }

    public required OAuthClientKind Kind { get; init; }

    /// <summary>
    /// Where codes may be sent, compared exactly: https, http on loopback, or a private scheme with a dot. For a public client a loopback URI without a port stands for every port (RFC 8252,
    /// section 7.3). None for a client that acts for itself only.
    /// </summary>
    public string[] RedirectUris { get; init; } = [];

    /// <summary>The service that a confidential client is when it acts for itself (client credentials); null when it never does.</summary>
    public string? Principal { get; init; }

    /// <summary>The only scopes that it may ask for; null when it may ask for any.</summary>
    public string[]? Scopes { get; init; }

    /// <summary>
    /// True: a request of this client that names no <c>resource</c> means the tenant's MCP URL. For clients that cannot name one (RFC 8707); from every other such a request is refused.
    /// </summary>
    public bool DefaultResource { get; init; }

    /// <summary>Public keys as a JSON Web Key set, for <c>private_key_jwt</c>; then there is no secret.</summary>
    public string? Jwks { get; init; }
}

public sealed class CreateOAuthClientValidator : OAuthClientRules<CreateOAuthClient>
{
    /// <summary>What a client without redirect URIs and without a principal is told.</summary>
    public const string NobodyToActFor = "Name redirect URIs, a principal to act as, or both.";

    private const int MaxScopes = 32;
    private const int MaxJwks = 16 * 1024;

    public CreateOAuthClientValidator()
    {
        RuleFor(command => command.Name).NotEmpty();
        RuleFor(command => command.RedirectUris).NotNull();
        RuleFor(command => command.RedirectUris).Must((command, uris) => uris is not { Length: 0 } || command.Principal is not null)
            .WithMessage(NobodyToActFor);
        RuleFor(command => command.Principal).Must((command, principal) => principal is null || command.Kind == OAuthClientKind.Confidential)
            .WithMessage("A public client cannot act for itself.");
        RuleFor(command => command.Principal).Matches("^svc_[a-z0-9]{1,32}$").When(command => command.Principal is not null).WithMessage("Name a service principal, such as svc_ab12cd34.");
        RuleFor(command => command.Scopes).Must(scopes => scopes is null || scopes.Length is > 0 and <= MaxScopes).WithMessage($"Name 1 to {MaxScopes} scopes, or none at all.");
        RuleForEach(command => command.Scopes).NotEmpty().MaximumLength(200);
        RuleFor(command => command.Jwks).Must((command, jwks) => jwks is null || (command.Kind == OAuthClientKind.Confidential && jwks.Length <= MaxJwks))
            .WithMessage($"Only a confidential client has keys, of at most {MaxJwks} characters.");
    }
}

/// <summary>What may be a redirect URI.</summary>
public static class RedirectUri
{
    /// <summary>Longest one.</summary>
    public const int MaxLength = 1_000;

    /// <summary>
    /// RFC 8252 and OAuth 2.1: https, loopback http, or a private scheme with a dot; no fragment, no user, nothing that parsing would change, and no parameter <c>iss</c>, which the answer adds
    /// (RFC 9207).
    /// </summary>
    public static bool IsValid(string? text)
    {
        if (text is null or { Length: 0 or > MaxLength } || text.AsSpan().ContainsAnyExceptInRange('!', '~') || text.Contains('*', StringComparison.Ordinal)
            || !Uri.TryCreate(text, UriKind.Absolute, out var uri) || text.Contains('#', StringComparison.Ordinal) || uri.UserInfo.Length > 0
            || HasIssuer(uri.Query))
        {
            return false;
        }

        return uri.Scheme switch
        {
            "https" => uri.Host.Length > 0,
            "http" => uri.IsLoopback,
            var scheme => scheme.Contains('.', StringComparison.Ordinal),
        };
    }

    private static bool HasIssuer(string query) =>
        query.TrimStart('?').Split('&').Any(part => string.Equals(Uri.UnescapeDataString(part.Split('=')[0]), "iss", StringComparison.OrdinalIgnoreCase));
}
