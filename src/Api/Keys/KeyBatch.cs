using Microsoft.Extensions.Logging;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Management;

namespace Platform.Api.Keys;

/// <summary>What became of one key of a batch: how it looks now, or why nothing was done.</summary>
/// <param name="Id">As it was given.</param>
/// <param name="Key">The revoked key.</param>
/// <param name="Code">The slug of the problem; absent when it was revoked.</param>
internal sealed record RevokedKey(string Id, KeyView? Key, string? Code);

/// <summary>Revokes key by key: one that fails stops no other, and each is on record as if it had been revoked alone.</summary>
internal sealed partial class KeyBatch(KeySet keys, TenantId owner, ManagementExchange exchange, TenantGrains grains, AuditTrail audit, TimeProvider clock, ILogger<KeyBatch> logger)
{
    public async Task<RevokedKey> RevokeAsync(string id, bool isKnown)
    {
        var entry = new AuditEntry(clock, exchange.Entry.Transport, exchange.Entry.Address)
        {
            Tenant = owner,
            Class = AuditClass.Administration,
            Action = "keys/revoke",
            Target = $"{keys.Name}/{id}",
            Caller = exchange.Caller,
            Ran = isKnown,
        };
        var revoked = isKnown ? await TryAsync(id) : Problem.NotFound("key");
        if (revoked.Problem is { } refused)
        {
            entry.Fail(refused.Code);
        }
        else
        {
            entry.Succeed();
        }

        await audit.WriteAsync(entry, AuditMode.Durable);
        return revoked.Try(out var key, out var problem) ? new RevokedKey(id, key, null) : new RevokedKey(id, null, ProblemCatalogue.Row(problem.Code).Slug);
    }

    private async Task<Result<KeyView>> TryAsync(string id)
    {
        try
        {
            return await grains.For(owner).Get<IKeyGrain>(id).RevokeAsync(exchange.Caller);
        }
        catch (Exception failure) when (failure is not AuditUnavailableException)
        {
            // It is told for this key; the rest of the batch must not depend on it.
            Log.Failed(logger, failure, exchange.Entry.Correlation);
            return Problem.Of(failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "KeyOfBatchFailed", Level = LogLevel.Error, Message = "A key of a batch could not be revoked; correlation {Correlation}.")]
        public static partial void Failed(ILogger logger, Exception failure, string correlation);
    }
}
