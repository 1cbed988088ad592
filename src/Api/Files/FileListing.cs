using Platform.Abstractions.Files;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Files;

/// <summary>Lists files by path, by whatever door they are asked for.</summary>
internal sealed class FileListing(TenantGrains grains)
{
    private const int Round = 1_000;

    /// <summary>
    /// Up to so many files after a path whose paths begin with the prefix. What is not shown is not there: a page is filled from as many rounds as it takes, which the
    /// number of files that a tenant may have bounds.
    /// </summary>
    public async ValueTask<List<FileEntry>> PageAsync(TenantId tenant, string prefix, string? after, int most, Func<FileEntry, bool> isShown, CancellationToken cancel)
    {
        var shown = new List<FileEntry>();

        // Who may see everything is served in one round, and no larger one than that takes.
        for (var size = most; ; size = Round)
        {
            cancel.ThrowIfCancellationRequested();
            var round = await grains.For(tenant).The<IFileShelfGrain>().PageAsync(prefix, after, size);
            shown.AddRange(round.Where(isShown).Take(most - shown.Count));
            if (round.Length < size || shown.Count == most)
            {
                return shown;
            }

            after = round[^1].Path;
        }
    }
}
