using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Secrets;

namespace Platform.Abstractions.Webhooks;

/// <summary>All endpoints of a tenant. Key: <c>{tenant}</c>; under <c>_sys</c> the operators' own. It has no state: it is rebuilt from the endpoints' rows.</summary>
[Alias("webhook-index")]
public interface IWebhookIndexGrain : IGrainWithStringKey
{
    /// <summary>Oldest first.</summary>
    [Alias("list")]
    Task<WebhookView[]> ListAsync();

    /// <summary>Refused beyond <see cref="WebhookRules.MaxPerTenant"/>.</summary>
    [Alias("add")]
    Task<Result<WebhookSecret>> AddAsync(PutWebhook command, Caller caller);

    /// <summary>Hands an event to every endpoint that wants it; it is on disk for each of them when this returns. Repeating it is safe, and needed when it fails.</summary>
    /// <returns>How many endpoints want it.</returns>
    [Alias("publish")]
    Task<int> PublishAsync(WebhookEvent message);

    /// <summary>An endpoint was made or changed.</summary>
    [Alias("changed")]
    Task ChangedAsync(WebhookEntry webhook);

    [Alias("removed")]
    Task RemovedAsync(string id);

    /// <summary>Deletes all endpoints and every secret that one ever had, for a tenant that is purged. <c>unavailable</c> while the vault does not; again, it does what is left.</summary>
    [Alias("destroy")]
    Task<Problem?> DestroyAsync(Caller caller);

    /// <summary>Names of all endpoints' secrets, with those of deleted ones that the vault still has.</summary>
    [Alias("secrets")]
    Task<OwnedSecret[]> SecretsAsync();
}
