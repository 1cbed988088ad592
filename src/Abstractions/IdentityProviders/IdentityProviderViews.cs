namespace Platform.Abstractions.IdentityProviders;

/// <summary>Gives roles to whoever has a claim of exactly this value: a text that is equal, or an array of texts that has it. No patterns, no case folding.</summary>
/// <param name="Claim">Name of a member at the top of the token's claims.</param>
/// <param name="Value">The whole value.</param>
/// <param name="Roles">Roles of the tenant.</param>
[GenerateSerializer, Alias("claim-rule"), Immutable]
public sealed record ClaimRule([property: Id(0)] string Claim, [property: Id(1)] string Value, [property: Id(2)] string[] Roles);

/// <summary>Somebody else's OpenID provider whose access tokens a tenant believes.</summary>
[GenerateSerializer, Alias("identity-provider"), Immutable]
public sealed record IdentityProvider
{
    [Id(0)] public required string Id { get; init; }

    /// <summary>The <c>iss</c>, exactly.</summary>
    [Id(1)] public required string Issuer { get; init; }

    /// <summary>The <c>aud</c>, exactly: one text.</summary>
    [Id(2)] public required string Audience { get; init; }

    /// <summary>Signature algorithms that are believed.</summary>
    [Id(3)] public required string[] Algorithms { get; init; }

    /// <summary>The <c>typ</c> of its access tokens, exactly.</summary>
    [Id(4)] public required string TokenType { get; init; }

    [Id(5)] public required ClaimRule[] Rules { get; init; }

    [Id(6)] public required DateTimeOffset CreatedAt { get; init; }

    [Id(7)] public required string CreatedBy { get; init; }

    /// <summary>Null when nobody signs in through it.</summary>
    [Id(8)] public ProviderSignIn? SignIn { get; init; }

    /// <summary>What <c>If-Match</c> names. 0 for one that was added before providers could be changed.</summary>
    [Id(9)] public long Version { get; init; }

    [Id(10)] public DateTimeOffset? ChangedAt { get; init; }

    [Id(11)] public string? ChangedBy { get; init; }

    /// <summary>Counts how often the rules were changed. Who signed in by earlier ones has to sign in again.</summary>
    [Id(12)] public long RulesVersion { get; init; }
}

/// <summary>How people sign in to the console through a provider.</summary>
/// <param name="ClientId">The <c>aud</c> of its ID tokens, exactly.</param>
/// <param name="Confidential">There is a secret in the vault.</param>
/// <param name="Name">For people.</param>
[GenerateSerializer, Alias("provider-sign-in"), Immutable]
public sealed record ProviderSignIn([property: Id(0)] string ClientId, [property: Id(1)] bool Confidential, [property: Id(2)] string Name)
{
    /// <summary>What has to be registered at the provider, exactly. REST fills it in: it follows from the configuration and is not kept.</summary>
    [Id(3)] public string? RedirectUri { get; init; }
}

/// <summary>What a client proves itself with at a provider's token endpoint; of one moment, never to be kept.</summary>
[GenerateSerializer, Alias("provider-secret"), Immutable]
public sealed record ProviderSecret([property: Id(0)] string? Value)
{
    public override string ToString() => nameof(ProviderSecret);
}
