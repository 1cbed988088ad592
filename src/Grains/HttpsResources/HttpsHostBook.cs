using Platform.Abstractions.HttpsResources;
using Platform.Abstractions.Problems;

namespace Platform.Grains.HttpsResources;

public sealed record HttpsHostBookState
{
    /// <summary>By name.</summary>
    public HttpsHost[] Hosts { get; init => field = value ?? []; } = [];

    /// <summary>Of the newest change.</summary>
    public long Version { get; init; }
}

/// <summary>What changes do to a tenant's list of https hosts.</summary>
internal static class HttpsHostBook
{
    public static HttpsHost? Find(HttpsHostBookState book, string host) => Array.Find(book.Hosts, entry => string.Equals(entry.Host, host, StringComparison.Ordinal));

    public static Result<HttpsHostBookState> Put(HttpsHostBookState book, string host, PutHttpsHost command, long? expected, string by, DateTimeOffset now)
    {
        if (!HttpsHostRules.IsHost(host))
        {
            return Problem.InvalidParams("This is not the name of a host.");
        }

        var before = Find(book, host);
        if (before?.Version != expected)
        {
            return Problem.PreconditionFailed();
        }

        if (before is null && book.Hosts.Length >= HttpsHostRules.MaxHosts)
        {
            return Problem.QuotaExceeded($"A tenant lists at most {HttpsHostRules.MaxHosts} https hosts. Delete some first.");
        }

        var entry = new HttpsHost
        {
            Host = host,
            PathPrefix = command.PathPrefix,
            ContentTypes = command.ContentTypes ?? [.. HttpsHostRules.DefaultTypes],
            MaxBytes = command.MaxBytes,
            Version = book.Version + 1,
            ChangedAt = now,
            ChangedBy = by,
        };
        return new HttpsHostBookState
        {
            Version = entry.Version,
            Hosts = [.. Without(book, host).Append(entry).OrderBy(each => each.Host, StringComparer.Ordinal)],
        };
    }

    public static Result<HttpsHostBookState> Delete(HttpsHostBookState book, string host, long expected) =>
        Find(book, host) is not { } before ? Problem.NotFound("https host")
        : before.Version != expected ? Problem.PreconditionFailed()
        : new HttpsHostBookState { Version = book.Version + 1, Hosts = [.. Without(book, host)] };

    private static IEnumerable<HttpsHost> Without(HttpsHostBookState book, string host) => book.Hosts.Where(entry => !string.Equals(entry.Host, host, StringComparison.Ordinal));
}
