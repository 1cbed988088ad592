using System.Security.Cryptography;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Secrets;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenants;
using Platform.Grains.Tenancy;

namespace Platform.Grains.SigningKeys;

/// <summary>What the ring has the vault make and destroy. Nothing is asked of the vault that is not on record before, and nothing leaves the record before the vault has destroyed it.</summary>
internal sealed partial class KeyRingGrain
{
    /// <summary>In a row: then the vault is away, and not a key that it keeps.</summary>
    private const int MostFailures = 3;

    public Task<OwnedSecret[]> SecretsAsync()
    {
        var tenant = GrainContext.TenantOf();
        return Task.FromResult<OwnedSecret[]>(
        [
            .. _ring.Live.Select(key => Named(Reference(key), SecretNeed.Always)),
            .. _ring.Condemned.Select(key => Named(Reference(key), SecretNeed.Leaving)),
            .. _ring.Begun.Select(key => Named(new SigningKeyReference(tenant, key.Kid, key.Algorithm), SecretNeed.Leaving)),
        ]);

        static OwnedSecret Named(SigningKeyReference key, SecretNeed need) => new(key.SecretName, SecretUse.SigningKey, key.Kid, need);
    }

    /// <summary>Makes the next key of an algorithm; whoever asks while it is being made waits for the same one.</summary>
    private Task<Result<RingKey>> MakeAsync(string algorithm)
    {
        if (_making.TryGetValue(algorithm, out var running))
        {
            return running;
        }

        if (_failedAt.TryGetValue(algorithm, out var failed) && clock.GetUtcNow() - failed < TryAgain)
        {
            return Task.FromResult<Result<RingKey>>(Unavailable());
        }

        var making = MakeNowAsync(algorithm);
        if (!making.IsCompleted)
        {
            _making[algorithm] = making;
        }

        return making;
    }

    private async Task<Result<RingKey>> MakeNowAsync(string algorithm)
    {
        var emergencies = _emergencies;
        var key = new SigningKeyReference(GrainContext.TenantOf(), RandomNumberGenerator.GetString("0123456789abcdefghijklmnopqrstuvwxyz", 16), algorithm);
        try
        {
            if (await DeletedAsync() is { } deleted)
            {
                return deleted;
            }

            // On record before the vault is asked: whatever becomes of the answer, of the row or of this silo, somebody knows what to destroy.
            if (!await BeginAsync(key))
            {
                throw new SignerUnavailableException($"The vault has not destroyed {KeyRing.MostBegun} keys that came to nothing.");
            }

            await RemindAsync();
            var jwk = await signer.CreateAsync(key, CancellationToken.None);
            var taken = await ChangeAsync(ring => emergencies == _emergencies && ring.Pending(algorithm) is null && ring.HasBegun(key.Kid) ? ring.Add(key.Kid, algorithm, jwk, clock.GetUtcNow()) : ring);
            _failedAt.Remove(algorithm);
            if (taken && Find(key.Kid) is { } added)
            {
                return added;
            }

            // Of the time before an emergency, or one too many.
            DestroyOneAsync(key).Ignore();
            return Unavailable();
        }
        catch (SignerUnavailableException outage)
        {
            _failedAt[algorithm] = clock.GetUtcNow();
            SigningTelemetry.Failed("make");
            Log.NotMade(logger, outage, algorithm);
            return Unavailable();
        }
        catch
        {
            _failedAt[algorithm] = clock.GetUtcNow();
            throw;
        }
        finally
        {
            _making.Remove(algorithm);
        }
    }

    /// <summary>Where an outage has left no room, what came to nothing is destroyed first: the vault may be back.</summary>
    private async Task<bool> BeginAsync(SigningKeyReference key)
    {
        if (await WriteAsync(Begin))
        {
            return true;
        }

        await DestroyDueAsync(_ring.Abandoned(clock.GetUtcNow()));
        return await WriteAsync(Begin);

        KeyRing Begin(KeyRing ring) => ring.Begin(key.Kid, key.Algorithm, clock.GetUtcNow());
    }

    /// <summary>A deleted tenant gets no key any more, which its purge would have to find. Those that it has can be ended.</summary>
    private async Task<Problem?> DeletedAsync()
    {
        var tenant = GrainContext.TenantOf();
        return tenant != TenantId.Platform && (await grains.For(tenant).The<ITenantGrain>().GetAsync()).Try(out var view, out _) && view.Status == TenantStatus.Deleted ? Problem.TenantDeleted() : null;
    }

    /// <summary>
    /// Private parts of what verifies nothing, any more or at all: of disabled keys, and of these. One that the vault does not delete keeps none of the others; a vault that is away is asked again at the
    /// next beat.
    /// </summary>
    /// <param name="begun">Those of the keys that were begun which come into the ring no more.</param>
    private async Task DestroyDueAsync(IEnumerable<BegunKey> begun)
    {
        var failures = 0;
        foreach (var key in _ring.Condemned.Select(Reference).Concat(begun.Select(key => new SigningKeyReference(GrainContext.TenantOf(), key.Kid, key.Algorithm))).ToArray())
        {
            failures = await DestroyOneAsync(key) ? 0 : failures + 1;
            if (failures == MostFailures)
            {
                return;
            }
        }
    }

    private async Task<bool> DestroyOneAsync(SigningKeyReference key)
    {
        try
        {
            await signer.DestroyAsync(key, CancellationToken.None);
            await WriteAsync(ring => ring.Bury(key.Kid, clock.GetUtcNow()));
            return true;
        }
        catch (SignerUnavailableException outage)
        {
            SigningTelemetry.Failed("destroy");
            Log.NotDestroyed(logger, outage, key.Kid);
            return false;
        }
    }
}
