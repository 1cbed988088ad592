namespace Platform.Cli.Profiles;

/// <summary>One way to sign in: where, as whom, by what.</summary>
internal sealed record Profile
{
    public required string Url { get; init; }

    /// <summary>A management key, or the token of a session.</summary>
    public required string Credential { get; init; }

    /// <summary>The tenant that commands are about when they name none.</summary>
    public string? Tenant { get; init; }

    /// <summary>Certificates that are trusted in place of the system's: path of a PEM file.</summary>
    public string? CaFile { get; init; }

    /// <summary>When the session ends; a key's end is the server's to say.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public bool IsSession => Credential.StartsWith("mcps_", StringComparison.Ordinal);

    // A record would print the credential.
    public override string ToString() => Url;
}
