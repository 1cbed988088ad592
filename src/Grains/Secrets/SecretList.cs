using Platform.Abstractions.Secrets;

namespace Platform.Grains.Secrets;

/// <summary>What names and versions make a list of.</summary>
internal static class SecretList
{
    /// <summary>More are counted and not shown.</summary>
    public const int MostVersions = 20;

    /// <summary>By name, after one; each with everybody who uses it.</summary>
    public static IEnumerable<OwnedSecret[]> After(string? after, IEnumerable<OwnedSecret> owned) => owned
        .Where(secret => after is null || string.CompareOrdinal(secret.Name, after) > 0)
        .GroupBy(secret => secret.Name, StringComparer.Ordinal)
        .OrderBy(named => named.Key, StringComparer.Ordinal)
        .Select(named => named.ToArray());

    /// <summary>Null when the vault has nothing and nothing misses it.</summary>
    /// <param name="owned">All of one name.</param>
    /// <param name="versions">Oldest first.</param>
    public static SecretView? View(OwnedSecret[] owned, IReadOnlyList<SecretVersion> versions)
    {
        var need = owned.Max(secret => secret.Need);
        if (versions.Count == 0 && need != SecretNeed.Always)
        {
            return null;
        }

        var main = owned.First(secret => secret.Need == need);
        return new SecretView
        {
            Name = main.Name,
            Use = main.Use,
            UsedBy = [.. owned.Where(secret => secret.Need == need).Select(secret => secret.UsedBy).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            State = need == SecretNeed.Leaving ? SecretState.Leaving : versions.Count == 0 ? SecretState.Missing : SecretState.Kept,
            VersionCount = versions.Count,
            Versions = [.. versions.TakeLast(MostVersions).Reverse().Select(version => new SecretVersionView(version.Id, version.Created, version.Enabled, version.Expires))],
        };
    }
}
