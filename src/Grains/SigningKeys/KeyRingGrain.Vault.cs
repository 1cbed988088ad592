using System.Security.Cryptography;
using Platform.Abstractions.Problems;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenants;
using Platform.Grains.Tenancy;

namespace Platform.Grains.SigningKeys;

/// <summary>What the ring has the vault make and destroy. Nothing is asked of the vault that is not on record before, and nothing leaves the record before the vault has destroyed it.</summary>
internal sealed partial class KeyRingGrain
{
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
            if (!await WriteAsync(ring => ring.Begin(key.Kid, algorithm, clock.GetUtcNow())))
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
            DestroyAsync(key).Ignore();
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

    /// <summary>A deleted tenant gets no key any more: its purge does not look for what is made behind it.</summary>
    private async Task<Problem?> DeletedAsync()
    {
        var tenant = GrainContext.TenantOf();
        return tenant != TenantId.Platform && (await grains.For(tenant).The<ITenantGrain>().GetAsync()).Try(out var view, out _) && view.Status == TenantStatus.Deleted ? Problem.TenantDeleted() : null;
    }

    /// <summary>What verifies nothing, any more or at all, has no private part that could be stolen. A vault that is away is asked again at the next beat.</summary>
    /// <param name="begun">Those of the keys that were begun which come into the ring no more.</param>
    private async Task DestroyAsync(IEnumerable<BegunKey> begun)
    {
        foreach (var key in _ring.Condemned.Select(Reference).Concat(begun.Select(key => new SigningKeyReference(GrainContext.TenantOf(), key.Kid, key.Algorithm))).ToArray())
        {
            if (!await DestroyAsync(key))
            {
                return;
            }
        }
    }

    private async Task<bool> DestroyAsync(SigningKeyReference key)
    {
        try
        {
            await signer.DestroyAsync(key, CancellationToken.None);
            await WriteAsync(ring => ring.Bury(key.Kid));
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
