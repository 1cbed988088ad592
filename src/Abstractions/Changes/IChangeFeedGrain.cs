using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Changes;

/// <summary>What changed; it decides which cached verdicts a node drops.</summary>
public enum ChangeKind
{
    Tenant = 0,
    Key = 1,
    Keys = 2,
    Principal = 3,
    Roles = 4,
    Session = 5,
    Hosts = 6,
    SigningKeys = 7,
    Tokens = 8,
    IdentityProviders = 9,
    RateLimits = 10,
    Resources = 11,
}

/// <summary>Something an API node may have cached has changed.</summary>
[GenerateSerializer, Alias("change"), Immutable]
public sealed record Change([property: Id(0)] TenantId Tenant, [property: Id(1)] ChangeKind Kind, [property: Id(2)] string Id);

/// <summary>An API node that wants to hear of changes.</summary>
[Alias("change-observer")]
public interface IChangeObserver : IGrainObserver
{
    [Alias("changed")]
    ValueTask ChangedAsync(Change change);
}

/// <summary>
/// Pushes changes to API nodes. Key: <c>_sys/changes</c>. Best effort and memory only: what a node misses, it loses by age within the
/// 5 s in which every cached verdict must be asked for again.
/// </summary>
[Alias("change-feed"), OpenToTenantGrains]
public interface IChangeFeedGrain : IGrainWithStringKey
{
    /// <summary>Subscribes or renews; lapses after 60 s.</summary>
    [Alias("subscribe")]
    Task SubscribeAsync(IChangeObserver observer);

    /// <summary>Tells every node and waits for those that answer within a second.</summary>
    [Alias("publish")]
    Task PublishAsync(Change change);
}
