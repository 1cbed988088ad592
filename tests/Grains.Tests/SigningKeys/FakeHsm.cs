using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Platform.Abstractions.SigningKeys;
using Platform.Grains.SigningKeys;

namespace Platform.Grains.Tests.SigningKeys;

/// <summary>A machine that makes and keeps keys and signs digests; no key ever leaves it.</summary>
internal sealed class FakeHsm : IKeySigner
{
    private readonly ConcurrentDictionary<string, ECDsa> _slots = new(StringComparer.Ordinal);

    public Task<PublicJwk> CreateAsync(SigningKeyReference key, CancellationToken cancel)
    {
        var made = _slots[key.SecretName] = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = made.ExportParameters(includePrivateParameters: false).Q;
        return Task.FromResult(new PublicJwk { KeyType = "EC", Curve = "P-256", X = Base64UrlEncoder.Encode(point.X), Y = Base64UrlEncoder.Encode(point.Y) });
    }

    public Task PrepareAsync(SigningKeyReference key, CancellationToken cancel) =>
        _slots.ContainsKey(key.SecretName) ? Task.CompletedTask : throw new SignerUnavailableException();

    public Task<byte[]> SignAsync(SigningKeyReference key, ReadOnlyMemory<byte> data, CancellationToken cancel) =>
        Task.FromResult(_slots[key.SecretName].SignHash(SHA256.HashData(data.Span)));

    public void Forget(SigningKeyReference key)
    {
    }

    public Task DestroyAsync(SigningKeyReference key, CancellationToken cancel)
    {
        _slots.TryRemove(key.SecretName, out _);
        return Task.CompletedTask;
    }
}
