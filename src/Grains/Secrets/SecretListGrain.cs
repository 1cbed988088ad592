using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Secrets;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Secrets;

/// <summary>Asks the owners for names and the vault for the versions of one page of them. Of the vault it uses <see cref="ISecretStore.ShownVersionsAsync"/> alone, which knows no value.</summary>
[GrainType("secret-list"), Reentrant]
internal sealed partial class SecretListGrain(IEnumerable<ISecretOwner> owners, ISecretStore vault, ILogger<SecretListGrain> logger) : Grain, ISecretListGrain
{
    /// <summary>Questions to the vault at a time.</summary>
    private const int AtOnce = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<Result<SecretPage>> PageAsync(string? after, int count)
    {
        var tenant = GrainContext.TenantOf();
        var owned = await Task.WhenAll(owners.Select(owner => owner.OfAsync(tenant)).ToArray());
        var named = SecretList.After(after, owned.SelectMany(some => some)).Take(count + 1).ToArray();
        var items = new List<SecretView>(count);

        // The time of a machine, not of a test: this bounds a wait and decides nothing.
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            foreach (var some in named.Take(count).Chunk(AtOnce))
            {
                var views = await Task.WhenAll(some.Select(async secret => SecretList.View(secret, await vault.ShownVersionsAsync(secret[0].Name, patience.Token))).ToArray());
                items.AddRange(views.OfType<SecretView>());
            }
        }
        catch (Exception failure) when (failure is SecretStoreException or OperationCanceledException)
        {
            Log.NotListed(logger, failure);
            return new Problem(ProblemCode.Unavailable, "The vault does not answer, or does not let the platform look.");
        }

        return new SecretPage([.. items], named.Length > count ? named[count - 1][0].Name : null);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "SecretsNotListed", Level = LogLevel.Warning, Message = "The vault did not say which versions of secrets it has.")]
        public static partial void NotListed(ILogger logger, Exception failure);
    }
}
