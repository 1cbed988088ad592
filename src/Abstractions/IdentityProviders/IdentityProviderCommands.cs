using FluentValidation;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tokens;

namespace Platform.Abstractions.IdentityProviders;

/// <summary>Trusts an OpenID provider's access tokens in this tenant; all that is said of it, when it is added and when it is changed.</summary>
[GenerateSerializer, Alias("put-identity-provider"), Immutable]
public sealed record PutIdentityProvider
{
    /// <summary>Https URL without query or fragment, as the provider's tokens and discovery document write it. It stays: who somebody is, is issuer and subject.</summary>
    [Id(0)] public required string Issuer { get; init; }

    /// <summary>What its tokens for this tenant name as their audience, 1 to 512 characters.</summary>
    [Id(1)] public required string Audience { get; init; }

    /// <summary>RS256, PS256, ES256; RS256 when absent.</summary>
    [Id(2)] public string[]? Algorithms { get; init; }

    /// <summary><c>at+jwt</c> when absent. <c>JWT</c> for providers that do not follow RFC 9068: then nothing but the audience tells an access token from an ID token.</summary>
    [Id(3)] public string? TokenType { get; init; }

    /// <summary>One to fifty rules; a token that none of them fits gives nothing.</summary>
    [Id(4)] public required ClaimRule[] Rules { get; init; }

    /// <summary>Lets people sign in to the console through this provider; null for access tokens only.</summary>
    [Id(5)] public SignInClient? SignIn { get; init; }
}

/// <summary>This platform as the provider knows it.</summary>
[GenerateSerializer, Alias("sign-in-client"), Immutable]
public sealed record SignInClient
{
    public const int MaxSecret = 1_024;

    [Id(0)] public required string ClientId { get; init; }

    /// <summary>Goes to the vault and is never shown again. Null: of a provider that is added, a public client; of one that is changed, the secret that is kept.</summary>
    [Id(1)] public string? ClientSecret { get; init; }

    /// <summary>What people read on the sign-in page, 1 to 60 characters; the issuer's host when absent.</summary>
    [Id(2)] public string? Name { get; init; }

    /// <summary>A client without a secret: one that is kept is forgotten. Not together with <see cref="ClientSecret"/>.</summary>
    [Id(3)] public bool Public { get; init; }

    /// <summary>Without the secret: records are printed by whoever logs one.</summary>
    public override string ToString() => $"{nameof(SignInClient)} {ClientId}";
}

public sealed class PutIdentityProviderValidator : AbstractValidator<PutIdentityProvider>
{
    public PutIdentityProviderValidator()
    {
        RuleFor(command => command.Issuer).NotEmpty().Must(IdentityProviderRules.IsIssuer).WithMessage("Write an https URL of at most 512 characters in canonical form, without user, query or fragment.");
        RuleFor(command => command.Audience).NotEmpty().MaximumLength(512).Must(IsPlain).WithMessage("Use 1 to 512 characters without control characters.");
        RuleFor(command => command.Algorithms).Must(names => names is null || (names.Length is > 0 and <= 3 && names.All(SigningAlgorithm.IsKnown))).WithMessage("Choose among RS256, PS256 and ES256.");
        RuleFor(command => command.TokenType).Must(type => type is null or AccessTokenRules.Type or "JWT").WithMessage("Choose at+jwt or JWT.");
        RuleFor(command => command.Rules).NotEmpty().Must(rules => rules is null || rules.Length <= IdentityProviderRules.MaxRules).WithMessage("Give one to fifty rules.");
        RuleFor(command => command.SignIn).ChildRules(client =>
        {
            client.RuleFor(one => one!.ClientId).NotEmpty().MaximumLength(255).Must(IsPlain).WithMessage("Use 1 to 255 characters without control characters.");
            client.RuleFor(one => one!.ClientSecret).Must(secret => secret is null || (secret.Length is > 0 and <= SignInClient.MaxSecret && IsPlain(secret))).WithMessage("Use 1 to 1024 characters without control characters, or leave it out for a public client.")
                .Must((one, secret) => secret is null || !one!.Public).WithMessage("A public client has no secret.");
            client.RuleFor(one => one!.Name).Must(name => name is null || (name.Trim().Length is > 0 and <= 60 && IsPlain(name))).WithMessage("Use 1 to 60 characters without control characters.");
        });
        RuleForEach(command => command.Rules).ChildRules(rule =>
        {
            rule.RuleFor(one => one.Claim).NotEmpty().MaximumLength(128);
            rule.RuleFor(one => one.Value).NotEmpty().MaximumLength(256);
            rule.RuleFor(one => one.Roles).NotEmpty().Must(roles => roles is null || roles.Length <= 10).WithMessage("Name one to ten roles.");
            rule.RuleForEach(one => one.Roles).NotEmpty().MaximumLength(64);
        });
    }

    private static bool IsPlain(string? text) => text is null || !text.Any(char.IsControl);
}
