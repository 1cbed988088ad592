using System.Buffers;
using System.Security.Cryptography;
using FluentValidation;

namespace Platform.Abstractions.Sessions;

/// <summary>The random texts of a sign-in through a provider: 43 characters of base62, 256 bits.</summary>
public static class OidcHandle
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int Length = 43;

    private static readonly SearchValues<char> Characters = SearchValues.Create(Base62);

    public static string New() => RandomNumberGenerator.GetString(Base62, Length);

    public static bool IsValid(string? text) => text is { Length: Length } && !text.AsSpan().ContainsAnyExcept(Characters);
}

/// <summary>Begins a sign-in through a provider of a tenant.</summary>
public sealed record BeginOidc
{
    /// <summary>The tenant's slug.</summary>
    public required string Tenant { get; init; }

    /// <summary>The provider's id.</summary>
    public required string Provider { get; init; }
}

public sealed class BeginOidcValidator : AbstractValidator<BeginOidc>
{
    public BeginOidcValidator()
    {
        RuleFor(command => command.Tenant).NotEmpty().MaximumLength(100);
        RuleFor(command => command.Provider).NotEmpty().MaximumLength(64);
    }
}

/// <summary>Where to send the browser.</summary>
/// <param name="AuthorizationUrl">The provider's page, with everything it needs.</param>
/// <param name="State">What comes back with the browser.</param>
/// <param name="Binding">Stays with the browser, in a HttpOnly cookie, and never goes to the provider: who comes back without it did not begin.</param>
public sealed record OidcBegun(string AuthorizationUrl, string State, string Binding);

/// <summary>Signs in with what the provider sent the browser back with.</summary>
public sealed record CompleteOidc
{
    /// <summary>The tenant's slug, as the redirect URI has it that the browser came back to.</summary>
    public required string Tenant { get; init; }

    /// <summary>The last part of that URI, which stands for the provider: a code is given to nobody but the provider at whose URI it arrived.</summary>
    public required string RedirectKey { get; init; }
    public required string State { get; init; }
    public required string Binding { get; init; }
    public required string Code { get; init; }

    /// <summary>As the provider's answer has it (RFC 9207); null when it has none.</summary>
    public string? Iss { get; init; }
}

public sealed class CompleteOidcValidator : AbstractValidator<CompleteOidc>
{
    public CompleteOidcValidator()
    {
        RuleFor(command => command.Tenant).NotEmpty().MaximumLength(100);
        RuleFor(command => command.RedirectKey).NotEmpty().MaximumLength(100);
        RuleFor(command => command.State).NotEmpty().MaximumLength(100);
        RuleFor(command => command.Binding).NotEmpty().MaximumLength(100);
        RuleFor(command => command.Code).NotEmpty().MaximumLength(4_096);
        RuleFor(command => command.Iss).MaximumLength(2_048);
    }
}

/// <summary>A way to sign in beside a password.</summary>
public sealed record SignInChoice(string Id, string Name);

/// <summary>A tenant's; none for a tenant that does not exist.</summary>
public sealed record SignInChoices(IReadOnlyList<SignInChoice> Items);
