using System.Collections.Concurrent;
using System.Security.Cryptography;
using Platform.Abstractions.SigningKeys;
using Platform.Grains.Secrets;

namespace Platform.Grains.SigningKeys;

/// <summary>
/// Signs in this process with keys that a vault keeps as PKCS#8, one secret for each key. A key that was read once stays in memory, so that an outage of the vault
/// stops no signatures (AU-5); the memory of the silo role is the only place outside of the vault where one is.
/// </summary>
internal sealed class VaultKeySigner(ISecretStore secrets) : IKeySigner
{
    private const int MostInMemory = 10_000;

    private readonly ConcurrentDictionary<SigningKeyReference, SigningPair> _pairs = new();

    public Task<PublicJwk> CreateAsync(SigningKeyReference key, CancellationToken cancel) => Task.Run(
        async () =>
        {
            var pair = SigningPair.Make(key.Algorithm);
            var pkcs8 = pair.ExportPkcs8();
            try
            {
                await secrets.SetAsync(key.SecretName, pkcs8, cancel);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                throw new SignerUnavailableException("The vault did not take the key.", failure);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(pkcs8);
            }

            Remember(key, pair);
            return pair.Public();
        },
        cancel);

    public async Task PrepareAsync(SigningKeyReference key, CancellationToken cancel) => await PairAsync(key, cancel);

    public Task<byte[]> SignAsync(SigningKeyReference key, ReadOnlyMemory<byte> data, CancellationToken cancel) =>
        Task.Run(async () => (await PairAsync(key, cancel)).Sign(data.Span), cancel);

    public void Forget(SigningKeyReference key) => _pairs.TryRemove(key, out _);

    public async Task DestroyAsync(SigningKeyReference key, CancellationToken cancel)
    {
        Forget(key);
        try
        {
            await secrets.DeleteAsync(key.SecretName, cancel);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new SignerUnavailableException("The vault did not delete the key.", failure);
        }
    }

    private async ValueTask<SigningPair> PairAsync(SigningKeyReference key, CancellationToken cancel)
    {
        if (_pairs.TryGetValue(key, out var known))
        {
            return known;
        }

        byte[]? pkcs8;
        try
        {
            pkcs8 = await secrets.GetAsync(key.SecretName, cancel);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new SignerUnavailableException("The vault does not answer.", failure);
        }

        if (pkcs8 is null)
        {
            throw new SignerUnavailableException("The vault does not have the key.");
        }

        try
        {
            var pair = SigningPair.Import(key.Algorithm, pkcs8);
            Remember(key, pair);
            return pair;
        }
        catch (CryptographicException failure)
        {
            throw new SignerUnavailableException("What the vault has under the key's name is no such key.", failure);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    private void Remember(SigningKeyReference key, SigningPair pair)
    {
        if (_pairs.Count >= MostInMemory)
        {
            _pairs.Clear();
        }

        _pairs[key] = pair;
    }
}
