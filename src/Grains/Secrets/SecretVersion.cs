namespace Platform.Grains.Secrets;

/// <summary>What a vault tells of a version without telling its value.</summary>
/// <param name="Id">The vault's own; it says nothing of the order.</param>
/// <param name="Created">To the second, or better.</param>
/// <param name="Enabled">False: the version is refused.</param>
/// <param name="Expires">From then on it is refused; null is never.</param>
public sealed record SecretVersion(string Id, DateTimeOffset Created, bool Enabled, DateTimeOffset? Expires);
