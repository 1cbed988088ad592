using Platform.Cli.Outcomes;
using Platform.Cli.Profiles;
using Platform.Cli.Rest;
using Platform.Cli.Terminals;

namespace Platform.Cli.Shell;

/// <summary>What the command line says of where and by what.</summary>
internal sealed record AccessWanted(string? Profile, string? Url, string? KeyFile, string? CaFile);

/// <summary>A way in that was found.</summary>
/// <param name="Connection">Ready to be used.</param>
/// <param name="Tenant">That the profile is about.</param>
internal sealed record Signed(Connection Connection, string? Tenant);

/// <summary>Finds where to go and by what: a key file that is named, by an option or the environment, else the profile. The environment holds names of files, never credentials.</summary>
internal sealed class Access(Terminal terminal)
{
    public const string KeyFileVariable = "MOCOPR_KEY_FILE";
    public const string UrlVariable = "MOCOPR_URL";
    public const string ProfileVariable = "MOCOPR_PROFILE";

    private const string StandardInput = "-";

    public ProfileStore Store { get; } = new(terminal.ConfigDirectory);

    public Outcome<string> ProfileName(string? wanted)
    {
        var name = wanted ?? terminal.Variable(ProfileVariable) ?? ProfileStore.Default;
        return ProfileStore.IsName(name) ? name : Refusal.Usage("A profile's name has 1 to 40 letters, digits, '-' and '_'.");
    }

    public async Task<Outcome<Signed>> FindAsync(AccessWanted wanted, CancellationToken cancel)
    {
        if (!ProfileName(wanted.Profile).Try(out var name, out var refused))
        {
            return refused;
        }

        var keyFile = wanted.KeyFile ?? terminal.Variable(KeyFileVariable);
        var url = wanted.Url ?? terminal.Variable(UrlVariable);
        Profile? profile = null;
        if ((keyFile is null || url is null) && Store.Has(name) && !(await Store.ReadAsync(name, cancel)).Try(out profile, out refused))
        {
            return refused;
        }

        return keyFile is null ? Stored(wanted, name, profile, url) : await NamedAsync(wanted, profile, url, keyFile, cancel);
    }

    /// <summary>Judges what somebody gives as a credential.</summary>
    public static Outcome<string> Judge(string? text)
    {
        var credential = text?.Trim() ?? "";
        if (credential.Length is 0 or > 8 * 1024 || credential.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return Refusal.Usage("This is no credential: one line of visible ASCII is expected.");
        }

        return credential.StartsWith("mcpk_", StringComparison.Ordinal)
            ? Refusal.Usage("This is an MCP key (mcpk_…), for endpoints. The management API takes a management key (mcpm_…).")
            : credential;
    }

    private Outcome<Signed> Stored(AccessWanted wanted, string name, Profile? profile, string? url)
    {
        if (profile is null)
        {
            return new Refusal(ExitCode.NotAuthenticated, $"There is no profile '{name}'. Sign in: platform login --url URL{(name == ProfileStore.Default ? "" : $" --profile {name}")}");
        }

        if (profile.ExpiresAt <= terminal.Clock.GetUtcNow())
        {
            return new Refusal(ExitCode.NotAuthenticated, "The session is over. Sign in again: platform login");
        }

        if (!ManagementUrl.Read(profile.Url).Try(out var at, out var refused) || (url is not null && !ManagementUrl.Read(url).Try(out _, out refused)))
        {
            return refused;
        }

        // Whoever talks somebody into another URL must not get the credential by it.
        return url is not null && new Uri(url) != at
            ? Refusal.Usage($"The profile '{name}' is for {profile.Url}, and its credential goes nowhere else. Sign in there, or name a --key-file.")
            : Connect(at, profile.Credential, wanted.CaFile ?? profile.CaFile, profile.Tenant);
    }

    /// <summary>The key of a file, or the line that is typed or piped for <c>-</c>.</summary>
    public async Task<Outcome<string>> KeyAsync(string file, CancellationToken cancel) =>
        (file == StandardInput ? await terminal.AskSecretAsync("Management key", cancel) ?? "" : await ProtectedFile.ReadAsync(file, mayBeLink: true, cancel)).Try(out var text, out var refused)
            ? Judge(text)
            : refused;

    private async Task<Outcome<Signed>> NamedAsync(AccessWanted wanted, Profile? profile, string? url, string keyFile, CancellationToken cancel)
    {
        if ((url ?? profile?.Url) is not { } text)
        {
            return Refusal.Usage($"Name the management API: --url, or the variable {UrlVariable}.");
        }

        return !ManagementUrl.Read(text).Try(out var at, out var refused)
            || !(await KeyAsync(keyFile, cancel)).Try(out var credential, out refused)
                ? refused
                : Connect(at, credential, wanted.CaFile ?? (url is null ? profile?.CaFile : null), profile?.Tenant);
    }

    private static Outcome<Signed> Connect(Uri url, string credential, string? caFile, string? tenant)
    {
        if (caFile is null)
        {
            return new Signed(new Connection(url, credential, null), tenant);
        }

        return ManagementUrl.Authorities(caFile).Try(out var authorities, out var refused) ? new Signed(new Connection(url, credential, authorities), tenant) : refused;
    }
}
