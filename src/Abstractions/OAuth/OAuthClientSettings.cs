using System.Security.Cryptography;
using System.Text.Json;
using FluentValidation;

namespace Platform.Abstractions.OAuth;

/// <summary>What is chosen when a client is registered, and can be changed later.</summary>
public interface IOAuthClientSettings
{
    string? Name { get; }

    string[] RedirectUris { get; }
}

/// <summary>What can be changed of a registered client. Its kind, its service, its scopes, its secret and its keys stay.</summary>
public sealed record OAuthClientSettings : IOAuthClientSettings
{
    /// <summary>See <see cref="CreateOAuthClient.Name"/>.</summary>
    public string? Name { get; init; }

    /// <summary>See <see cref="CreateOAuthClient.RedirectUris"/>.</summary>
    public string[] RedirectUris { get; init; } = [];

    /// <summary>Those that a client has.</summary>
    public static OAuthClientSettings Of(OAuthClientView client) => new() { Name = client.Name, RedirectUris = client.RedirectUris };

    /// <summary>What a condition on a client names: the settings themselves, so that it changes with them and with nothing else.</summary>
    public string Version() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes<string[]>([Name ?? "", .. RedirectUris])).AsSpan(0, 16));
}

/// <summary>The rules of settings, wherever they are given.</summary>
public class OAuthClientRules<T> : AbstractValidator<T> where T : IOAuthClientSettings
{
    private const int MaxUris = 10;

    protected OAuthClientRules()
    {
        RuleFor(settings => settings.Name).MaximumLength(100).Must(name => name is null || !name.Any(char.IsControl))
            .WithMessage("Use 1 to 100 characters without control characters.");
        RuleFor(settings => settings.RedirectUris).Must(uris => uris is null || uris.Length <= MaxUris).WithMessage($"Name at most {MaxUris} redirect URIs.");
        RuleForEach(settings => settings.RedirectUris).Must(RedirectUri.IsValid)
            .WithMessage("Write an absolute URI without fragment, user, wildcard or parameter iss: https, http on loopback, or a private scheme such as com.example.app:/callback.");
    }
}

public sealed class OAuthClientSettingsValidator : OAuthClientRules<OAuthClientSettings>
{
    // Not as a member that must be there: a patch leaves out what stays.
    public OAuthClientSettingsValidator() => RuleFor(settings => settings.Name).Must(name => !string.IsNullOrWhiteSpace(name)).WithMessage("Use 1 to 100 characters without control characters.");
}
