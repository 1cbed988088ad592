using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Secrets;

namespace Platform.Abstractions.Webhooks;

/// <summary>One endpoint with what waits for it. Key: <c>{tenant}/{id}</c>. An id that nobody has is not found.</summary>
[Alias("webhook")]
public interface IWebhookGrain : IGrainWithStringKey
{
    /// <summary>For the index alone: it counts.</summary>
    [Alias("add")]
    Task<Result<WebhookSecret>> AddAsync(PutWebhook command, Caller caller);

    [Alias("get")]
    Task<Result<WebhookView>> GetAsync();

    /// <summary>Refused when <paramref name="expected"/> is not its version any more.</summary>
    [Alias("replace")]
    Task<Result<WebhookView>> ReplaceAsync(PutWebhook command, long expected, Caller caller);

    /// <summary>Nothing is sent from now on; what waited is gone, and its secrets too as soon as the vault answers.</summary>
    [Alias("delete")]
    Task<Problem?> DeleteAsync(long expected, Caller caller);

    /// <summary>Deletes it whatever its version, for a tenant that is purged: null when none of its secrets is left. <c>unavailable</c> while the vault does not; again, it does what is left.</summary>
    [Alias("destroy")]
    Task<Problem?> DestroyAsync(Caller caller);

    /// <summary>Names of the secrets that sign for it, and of those that the vault is to delete; also of an endpoint that is gone.</summary>
    [Alias("secrets")]
    Task<OwnedSecret[]> SecretsAsync();

    /// <summary>Goes on after it was disabled, by whomever; what waited is tried at once.</summary>
    [Alias("enable")]
    Task<Result<WebhookView>> EnableAsync(Caller caller);

    [Alias("rotate-secret")]
    Task<Result<WebhookSecret>> RotateSecretAsync(RotateWebhookSecret command, Caller caller);

    /// <summary>Sends <c>webhook.test</c> now, once, also to a disabled endpoint, and tells how it went.</summary>
    /// <remarks>A receiver may take the whole patience of an attempt.</remarks>
    [Alias("test"), ResponseTimeout("00:01:00")]
    Task<Result<WebhookDelivery>> TestAsync(Caller caller);

    /// <summary>On disk when it returns. One that was taken already, or that the endpoint does not want, changes nothing.</summary>
    [Alias("enqueue")]
    Task EnqueueAsync(WebhookEvent message);

    /// <summary>Newest first, below <paramref name="before"/> when given.</summary>
    /// <param name="state">Null: all.</param>
    /// <param name="before">A number.</param>
    /// <param name="count">At least 1.</param>
    [Alias("deliveries")]
    Task<Result<WebhookDelivery[]>> DeliveriesAsync(WebhookDeliveryState? state, long? before, int count);

    /// <summary>Sends a message again that was delivered or given up, with all its attempts anew.</summary>
    [Alias("redeliver")]
    Task<Result<WebhookDelivery>> RedeliverAsync(string delivery, Caller caller);
}
