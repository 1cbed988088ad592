using Platform.Abstractions.Secrets;

namespace Platform.Admin.Components.Pages.Secrets;

/// <summary>Words for what secrets are for, and where that is.</summary>
internal static class SecretText
{
    public static string Use(SecretUse use) => use switch
    {
        SecretUse.Platform => "The platform's own",
        SecretUse.Setting => "A setting",
        SecretUse.SigningKey => "Signs access tokens",
        SecretUse.AuditKey => "Signs audit trails",
        SecretUse.AuditSalt => "Hashes values of the audit trail",
        SecretUse.Webhook => "Signs what a webhook gets",
        SecretUse.IdentityProvider => "Client secret at an identity provider",
        _ => "Something newer than this console",
    };

    /// <summary>The page of what uses it; null where there is none.</summary>
    /// <param name="slug">Null for the platform.</param>
    /// <param name="secret">Whose use it is.</param>
    /// <param name="user">One of those who use it.</param>
    public static string? Page(string? slug, SecretView secret, string user)
    {
        var root = slug is null ? "" : "/tenants/" + slug;
        return secret.State == SecretState.Leaving ? null : secret.Use switch
        {
            SecretUse.Webhook => $"{root}/webhooks/{Uri.EscapeDataString(user)}",
            SecretUse.IdentityProvider when slug is not null => $"{root}/identity-providers/{Uri.EscapeDataString(user)}",
            SecretUse.SigningKey when slug is not null => $"{root}/signing-keys",
            _ => null,
        };
    }

    public static (string Tone, string Text) Look(SecretView secret, DateTimeOffset now) => secret switch
    {
        { State: SecretState.Missing } => ("bad", "Missing"),
        { State: SecretState.Leaving } => ("quiet", "Being deleted"),
        { Versions: [{ Enabled: false }, ..] } => ("warn", "Newest is disabled"),
        { Versions: [{ ExpiresAt: { } end }, ..] } when end <= now => ("warn", "Newest is over"),
        _ => ("good", "In the vault"),
    };
}
