using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Secrets;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenants;
using Platform.Grains.SigningKeys;
using Platform.Grains.Storage;

namespace Platform.Grains.Audit;

/// <summary>Keeps the audit keys apart from all token keys (docs/audit.md). A change is written before it is believed; an outage of the vault delays seals and loses nothing.</summary>
[GrainType("audit-key-ring")]
internal sealed partial class AuditKeyRingGrain(
    [PersistentState("audit-key-ring")] IPersistentState<AuditKeyRingState> state,
    IKeySigner signer,
    TimeProvider clock,
    ILogger<AuditKeyRingGrain> logger) : Grain, IAuditSignerGrain, IAuditKeyRingGrain
{
    private static readonly string[] Types = [SegmentHeader.Type, AuditCheckpoint.Type, BundleSeal.Type, ErasureRecord.Type];

    private AuditRingKey[] Keys => state.State.Keys;

    public Task<Result<string>> SignAsync(string type, byte[] payload) =>
        Types.Contains(type, StringComparer.Ordinal) ? SignNewestAsync(type, payload) : Task.FromResult<Result<string>>(Refused());

    public Task<Result<string>> SignDeletionAsync(byte[] record) => SignNewestAsync(DeletionRecord.Type, record);

    public Task<Result<string>> SignCheckpointAsync(byte[] payload) => SignNewestAsync(PlatformCheckpoint.Type, payload);

    public Task<Result<string>> SignPrunedAsync(byte[] payload) => SignNewestAsync(PrunedTrail.Type, payload);

    public Task<string[]> KeysAsync() => Task.FromResult(Keys.Select(key => key.Statement).ToArray());

    public async Task<Result<string[]>> RotateAsync(Caller caller)
    {
        try
        {
            await AddAsync();
            return await KeysAsync();
        }
        catch (SignerUnavailableException outage)
        {
            Log.NotSigned(logger, outage);
            return Unavailable();
        }
    }

    public Task<OwnedSecret[]> SecretsAsync() => Task.FromResult(Keys
        .Where(key => !key.Destroyed)
        .Select(key => new OwnedSecret(key.Reference().SecretName, SecretUse.AuditKey, key.Kid, ReferenceEquals(key, Keys[^1]) ? SecretNeed.Always : SecretNeed.Leaving))
        .ToArray());

    private async Task<Result<string>> SignNewestAsync(string type, byte[] payload)
    {
        if (payload.Length > AuditStatement.MaxLength / 2)
        {
            return Refused();
        }

        try
        {
            if (AuditKeyRing.NeedsKey(Keys, clock.GetUtcNow()))
            {
                await RenewAsync();
            }

            return await SignAsync(Keys[^1], type, payload);
        }
        catch (SignerUnavailableException outage)
        {
            Log.NotSigned(logger, outage);
            return Unavailable();
        }
    }

    /// <summary>A first key must be made; a further one may wait while the vault is away.</summary>
    private async Task RenewAsync()
    {
        try
        {
            await AddAsync();
        }
        catch (SignerUnavailableException outage) when (Keys.Length > 0)
        {
            Log.NotRenewed(logger, outage);
        }
    }

    private async Task AddAsync()
    {
        var made = new AuditRingKey { Secret = RandomNumberGenerator.GetString("0123456789abcdefghijklmnopqrstuvwxyz", 16) };
        var jwk = await signer.CreateAsync(made.Reference(), CancellationToken.None);
        var next = AuditKeyRing.Next(Keys, jwk, clock.GetUtcNow());
        made = made with { Kid = next.Kid, From = next.From };
        try
        {
            var statement = await SignAsync(Keys is [.., var before] ? before : made, AuditKey.Type, next.Write());
            await state.SaveAsync(new AuditKeyRingState { Keys = [.. Keys, made with { Statement = statement }] });
        }
        catch
        {
            // On no record: it is destroyed now or never.
            signer.DestroyAsync(made.Reference(), CancellationToken.None).Ignore();
            throw;
        }

        await DestroyAsync();
    }

    /// <summary>Whoever takes the vault tomorrow must not be able to sign what was yesterday.</summary>
    private async Task DestroyAsync()
    {
        foreach (var key in AuditKeyRing.Condemned(Keys).ToArray())
        {
            try
            {
                await signer.DestroyAsync(key.Reference(), CancellationToken.None);
                await state.SaveAsync(new AuditKeyRingState { Keys = [.. Keys.Select(known => known.Kid == key.Kid ? known with { Destroyed = true } : known)] });
            }
            catch (SignerUnavailableException outage)
            {
                // Tried again with the next rotation.
                Log.NotDestroyed(logger, outage, key.Kid);
            }
        }
    }

    private async Task<string> SignAsync(AuditRingKey key, string type, byte[] payload)
    {
        var input = AuditStatement.SigningInput(type, key.Kid, payload);
        return AuditStatement.Compose(input, await signer.SignAsync(key.Reference(), Encoding.ASCII.GetBytes(input), CancellationToken.None));
    }

    private static Problem Refused() => Problem.InvalidParams("An audit key signs no such statement.");

    private static Problem Unavailable() => new(ProblemCode.Unavailable, "The audit keys are out of reach for the moment.") { RetryAfter = TimeSpan.FromSeconds(30) };

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "AuditStatementNotSigned", Level = LogLevel.Error, Message = "An audit statement could not be signed; it is tried again.")]
        public static partial void NotSigned(ILogger logger, Exception outage);

        [LoggerMessage(EventId = 2, EventName = "AuditKeyNotRenewed", Level = LogLevel.Error, Message = "No next audit key could be made; the one before goes on.")]
        public static partial void NotRenewed(ILogger logger, Exception outage);

        [LoggerMessage(EventId = 3, EventName = "AuditKeyNotDestroyed", Level = LogLevel.Warning, Message = "The private part of the audit key {Kid} could not be deleted; it is tried again with the next rotation.")]
        public static partial void NotDestroyed(ILogger logger, Exception outage, string kid);
    }
}
