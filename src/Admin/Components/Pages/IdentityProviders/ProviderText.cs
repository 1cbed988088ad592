using Platform.Abstractions.IdentityProviders;

namespace Platform.Admin.Components.Pages.IdentityProviders;

/// <summary>Words for providers and what was found of them.</summary>
internal static class ProviderText
{
    /// <summary>What people call a provider that nobody signs in through.</summary>
    public static string HostOf(string issuer) => Uri.TryCreate(issuer, UriKind.Absolute, out var url) && url.Host.Length > 0 ? url.Authority : issuer;

    public static string NameOf(IdentityProvider provider) => provider.SignIn?.Name is { Length: > 0 } name ? name : HostOf(provider.Issuer);

    public static string Of(ProviderCheckStep step) => step.Name switch
    {
        "discovery" => "Discovery document of exactly this issuer",
        "signIn" => "Where people sign in, and where codes are redeemed",
        "keys" => "Keys that verify its signatures",
        _ => step.Name,
    };
}
