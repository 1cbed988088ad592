using FluentValidation;

namespace Platform.Hosting;

/// <summary>Where the silo role keeps secrets. None of these is one.</summary>
public sealed class SecretOptions
{
    /// <summary><c>Local</c>, the default: one encrypted file in the data directory. <c>KeyVault</c>: Azure Key Vault.</summary>
    public string Store { get; set; } = "Local";

    /// <summary>Where the local vault lies when several processes of one machine share it; each question then takes a lock. Empty, the default: in the data directory, for one process.</summary>
    public string Directory { get; set; } = "";

    /// <summary>Such as <c>https://mine.vault.azure.net</c>; Key Vault only.</summary>
    public string VaultUri { get; set; } = "";

    /// <summary>
    /// Begins the name of every secret in Key Vault, before the environment: <c>{Prefix}-{live|test}-{name}</c>, so that a test platform can neither read nor write a live one's
    /// secrets by name (CF-5). 1 to 20 of a-z and 0-9: without a hyphen no two platforms' names are alike. Default <c>mocopr</c>.
    /// </summary>
    public string Prefix { get; set; } = "mocopr";

    /// <summary>Who the silo is to Key Vault: <c>ManagedIdentity</c> (default), <c>WorkloadIdentity</c>, <c>ClientCertificate</c>, or <c>Default</c>, which tries whatever this machine offers.</summary>
    public string Identity { get; set; } = "ManagedIdentity";

    /// <summary>Directory (tenant) id of the identity; <c>ClientCertificate</c> needs it.</summary>
    public string TenantId { get; set; } = "";

    /// <summary>Application id of the identity; empty is the system's own managed identity, or what the workload's environment says.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>PEM with certificate and private key, mode 0600 and ours; for <c>ClientCertificate</c>.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>The federated token's file, for <c>WorkloadIdentity</c>; empty is what the workload's environment says.</summary>
    public string TokenFile { get; set; } = "";

    /// <summary>Where tokens come from. Empty is the public cloud's; others write theirs.</summary>
    public string Authority { get; set; } = "";

    /// <summary>Longest one question to Key Vault takes, its retries included. Default 15 s, 1 s to 60 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>A value read from Key Vault is used this long before it is read again; while the vault does not answer, longer. Default 5 min, 0 to 1 h.</summary>
    public TimeSpan CacheLife { get; set; } = TimeSpan.FromMinutes(5);
}

/// <summary>All of it at once, each fault with its cure.</summary>
public sealed class SecretOptionsValidator : AbstractValidator<SecretOptions>
{
    private const int MaxPrefix = 20;

    public SecretOptionsValidator()
    {
        RuleFor(options => options.Store).Must(store => store is "Local" or "KeyVault")
            .WithMessage(options => $"Platform:Secrets:Store is '{options.Store}'; choose Local or KeyVault.");
        RuleFor(options => options.Directory).Must((options, directory) => directory.Length == 0 || !IsKeyVault(options))
            .WithMessage("Platform:Secrets:Directory is for Platform:Secrets:Store=Local; remove it or set that.");
        RuleFor(options => options.VaultUri).Must((options, uri) => IsKeyVault(options) ? IsHttps(uri) : uri.Length == 0)
            .WithMessage(options => IsKeyVault(options)
                ? $"Platform:Secrets:VaultUri is '{options.VaultUri}'; write https and the vault's host, such as https://mine.vault.azure.net."
                : "Platform:Secrets:VaultUri is set, but Platform:Secrets:Store is not KeyVault; set both or neither.");
        RuleFor(options => options.Prefix).Must(IsPrefix)
            .WithMessage(options => $"Platform:Secrets:Prefix is '{options.Prefix}'; write 1 to {MaxPrefix} of a-z and 0-9.");
        RuleFor(options => options.Identity).Must(identity => identity is "ManagedIdentity" or "WorkloadIdentity" or "ClientCertificate" or "Default")
            .WithMessage(options => $"Platform:Secrets:Identity is '{options.Identity}'; choose ManagedIdentity, WorkloadIdentity, ClientCertificate or Default.");
        RuleFor(options => options.TenantId).Must((options, id) => id.Length == 0 ? options.Identity is not "ClientCertificate" : Guid.TryParse(id, out _))
            .WithMessage(options => $"Platform:Secrets:TenantId is '{options.TenantId}'; write the directory's id as a GUID.");
        RuleFor(options => options.ClientId).Must((options, id) => id.Length == 0 ? options.Identity is not "ClientCertificate" : Guid.TryParse(id, out _))
            .WithMessage(options => $"Platform:Secrets:ClientId is '{options.ClientId}'; write the application's id as a GUID.");
        RuleFor(options => options.CertificateFile).Must((options, file) => (file.Length > 0) == (options.Identity is "ClientCertificate"))
            .WithMessage("Platform:Secrets:CertificateFile and Platform:Secrets:Identity=ClientCertificate go together; set both or neither.");
        RuleFor(options => options.TokenFile).Must((options, file) => file.Length == 0 || options.Identity is "WorkloadIdentity")
            .WithMessage("Platform:Secrets:TokenFile is for Platform:Secrets:Identity=WorkloadIdentity; remove it or set that.");
        RuleFor(options => options.Authority).Must(authority => authority.Length == 0 || IsHttps(authority))
            .WithMessage(options => $"Platform:Secrets:Authority is '{options.Authority}'; write https and a host, such as https://login.microsoftonline.us, or leave it empty.");
        RuleFor(options => options.Timeout).InclusiveBetween(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60))
            .WithMessage(options => $"Platform:Secrets:Timeout is {options.Timeout}; choose 00:00:01 to 00:01:00.");
        RuleFor(options => options.CacheLife).InclusiveBetween(TimeSpan.Zero, TimeSpan.FromHours(1))
            .WithMessage(options => $"Platform:Secrets:CacheLife is {options.CacheLife}; choose 00:00:00 to 01:00:00.");
    }

    private static bool IsKeyVault(SecretOptions options) => options.Store is "KeyVault";

    private static bool IsPrefix(string prefix) => prefix.Length is > 0 and <= MaxPrefix && prefix.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9'));

    // A name and a password in front of the host would be a secret in the configuration.
    private static bool IsHttps(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0 && uri.PathAndQuery == "/" && uri.Fragment.Length == 0;
}
