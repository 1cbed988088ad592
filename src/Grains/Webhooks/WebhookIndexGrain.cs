using System.Security.Cryptography;
using System.Text.Json;
using Orleans.Concurrency;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Secrets;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Webhooks;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Webhooks;

/// <summary>A tenant's endpoints in memory, rebuilt from their own rows. Reentrant: an endpoint that is being changed tells this grain about itself.</summary>
[GrainType("webhook-index"), Reentrant]
internal sealed class WebhookIndexGrain(IStateIndex rows, TenantGrains grains) : Grain, IWebhookIndexGrain, IDisposable
{
    private readonly Dictionary<string, WebhookEntry> _webhooks = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _additions = new(1, 1);

    private TenantGrains.Scoped Own => grains.For(GrainContext.TenantOf());

    private IEnumerable<WebhookEntry> OldestFirst => _webhooks.Values.OrderBy(webhook => webhook.CreatedAt).ThenBy(webhook => webhook.Id, StringComparer.Ordinal);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await foreach (var row in rows.AllAsync(GrainContext.TenantOf().ToString(), "webhook", cancellationToken))
        {
            if (row.Info is not null && JsonSerializer.Deserialize(row.Info, GrainStateJson.Default.WebhookEntry) is { } webhook)
            {
                _webhooks.TryAdd(webhook.Id, webhook);
            }
        }
    }

    public async Task<WebhookView[]> ListAsync()
    {
        var asked = await Task.WhenAll(OldestFirst.Select(webhook => Own.Get<IWebhookGrain>(webhook.Id).GetAsync()).ToArray());
        return [.. asked.Select(answer => answer.Try(out var view, out _) ? view : null).OfType<WebhookView>()];
    }

    public async Task<Result<WebhookSecret>> AddAsync(PutWebhook command, Caller caller)
    {
        await _additions.WaitAsync();
        try
        {
            if (_webhooks.Count >= WebhookRules.MaxPerTenant)
            {
                return Problem.QuotaExceeded($"There are at most {WebhookRules.MaxPerTenant} webhooks; remove one first.");
            }

            var id = WebhookRules.IdPrefix + RandomNumberGenerator.GetString("0123456789abcdefghijklmnopqrstuvwxyz", WebhookRules.IdLength);
            return await Own.Get<IWebhookGrain>(id).AddAsync(command, caller);
        }
        finally
        {
            _additions.Release();
        }
    }

    public async Task<int> PublishAsync(WebhookEvent message)
    {
        var wanting = OldestFirst.Where(webhook => !webhook.Disabled && WebhookEventTypes.Wants(webhook.EventTypes, message.Topic)).ToArray();
        await Task.WhenAll(wanting.Select(webhook => Own.Get<IWebhookGrain>(webhook.Id).EnqueueAsync(message)));
        return wanting.Length;
    }

    public Task ChangedAsync(WebhookEntry webhook)
    {
        _webhooks[webhook.Id] = webhook;
        return Task.CompletedTask;
    }

    public Task RemovedAsync(string id)
    {
        _webhooks.Remove(id);
        return Task.CompletedTask;
    }

    public async Task<Problem?> DestroyAsync(Caller caller)
    {
        Problem? first = null;
        foreach (var id in await EverIdsAsync())
        {
            first = await Own.Get<IWebhookGrain>(id).DestroyAsync(caller) ?? first;
        }

        return first;
    }

    public async Task<OwnedSecret[]> SecretsAsync()
    {
        var all = await Task.WhenAll((await EverIdsAsync()).Select(id => Own.Get<IWebhookGrain>(id).SecretsAsync()).ToArray());
        return [.. all.SelectMany(some => some)];
    }

    public void Dispose() => _additions.Dispose();

    /// <summary>By the rows: one that was deleted, or never came to be, may have a secret left.</summary>
    private async Task<List<string>> EverIdsAsync()
    {
        var ids = new List<string>();
        await foreach (var row in rows.AllAsync(GrainContext.TenantOf().ToString(), "webhook", CancellationToken.None))
        {
            ids.Add(row.Key);
        }

        return ids;
    }
}
