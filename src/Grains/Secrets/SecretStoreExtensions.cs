using System.Security.Cryptography;

namespace Platform.Grains.Secrets;

internal static class SecretStoreExtensions
{
    /// <summary>A secret of 32 random bytes, made on the first start.</summary>
    public static async ValueTask<byte[]> GetOrMakeAsync(this ISecretStore secrets, string name, CancellationToken cancel)
    {
        var secret = await secrets.GetAsync(name, cancel);
        if (secret is null)
        {
            secret = RandomNumberGenerator.GetBytes(32);
            await secrets.SetAsync(name, secret, cancel);
        }

        return secret;
    }
}
