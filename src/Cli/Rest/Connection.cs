using System.Security.Cryptography.X509Certificates;

namespace Platform.Cli.Rest;

/// <summary>Where requests go, and by what they are let in.</summary>
/// <param name="Url">Base of the management API.</param>
/// <param name="Credential">A management key or the token of a session; null before there is one.</param>
/// <param name="Authorities">Trusted in place of the system's, when there are any.</param>
internal sealed record Connection(Uri Url, string? Credential, X509Certificate2Collection? Authorities)
{
    // A record would print the credential.
    public override string ToString() => Url.ToString();
}
