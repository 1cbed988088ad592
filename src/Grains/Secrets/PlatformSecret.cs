using Platform.Abstractions.Secrets;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Secrets;

/// <summary>A secret that the whole platform needs, registered by whoever reads it.</summary>
/// <param name="Name">In the vault.</param>
/// <param name="Use">Made by the platform, or referred to by a setting.</param>
/// <param name="UsedBy">What for.</param>
public sealed record PlatformSecret(string Name, SecretUse Use, string UsedBy);

internal sealed class PlatformSecrets(IEnumerable<PlatformSecret> secrets) : ISecretOwner
{
    private readonly OwnedSecret[] _secrets = [.. secrets.Select(secret => new OwnedSecret(secret.Name, secret.Use, secret.UsedBy, SecretNeed.Always))];

    public Task<OwnedSecret[]> OfAsync(TenantId tenant) => Task.FromResult(tenant == TenantId.Platform ? _secrets : []);
}
