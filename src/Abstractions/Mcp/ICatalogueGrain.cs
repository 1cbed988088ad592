using Orleans.Concurrency;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Mcp;

/// <summary>What of a tenant's catalogue changed.</summary>
public enum CatalogueChangeKind
{
    /// <summary>Something; what it was is not known any more.</summary>
    Unknown = 0,
    Tools = 1,
    Prompts = 2,

    /// <summary>Resources came or went.</summary>
    Resources = 3,

    /// <summary>One resource's content changed, came or went.</summary>
    Resource = 4,

    /// <summary>A task's state changed.</summary>
    Task = 5,
}

/// <summary>One change.</summary>
/// <param name="Kind">What changed.</param>
/// <param name="Subject">The resource's URI or the task's id; empty for lists.</param>
[GenerateSerializer, Alias("catalogue-change"), Immutable]
public sealed record CatalogueChange([property: Id(0)] CatalogueChangeKind Kind, [property: Id(1)] string Subject = "");

/// <summary>A node with clients that listen.</summary>
[Alias("catalogue-observer")]
public interface ICatalogueObserver : IGrainObserver
{
    [Alias("changed"), OneWay]
    Task ChangedAsync(TenantId tenant, long version, CatalogueChange[] changes);
}

/// <summary>
/// Tells the nodes whose clients listen what changed in a tenant. Key: <c>{tenant}</c>. In memory and best effort: every change has a version, and a node
/// that renews its subscription with another version than the last it heard of has missed something.
/// </summary>
[Alias("catalogue")]
public interface ICatalogueGrain : IGrainWithStringKey
{
    /// <summary>Subscribes or renews and answers the version; lapses after 60 s.</summary>
    [Alias("subscribe")]
    Task<long> SubscribeAsync(ICatalogueObserver observer);

    [Alias("unsubscribe")]
    Task UnsubscribeAsync(ICatalogueObserver observer);

    /// <summary>Answers when every node was sent the change. Not one-way: a refused call must be seen to be refused.</summary>
    [Alias("publish")]
    Task PublishAsync(CatalogueChange[] changes);
}
