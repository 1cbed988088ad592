using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Webhooks;
using Platform.Grains.Secrets;

namespace Platform.Grains.Webhooks;

/// <summary>Secrets of endpoints in the vault. Each has a name of its own, because no vault deletes a single version.</summary>
internal sealed partial class WebhookSecrets(ISecretStore vault, ILogger<WebhookSecrets> logger)
{
    /// <summary>Never used again: an id is random, and its numbers count up. No vault takes the underscore of the platform's own.</summary>
    public static string NameOf(TenantId tenant, string id, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"webhook-{tenant.ToString().TrimStart('_')}-{id[WebhookRules.IdPrefix.Length..]}-{number}");

    /// <summary>A new secret that is in the vault under this name.</summary>
    public async Task<Result<byte[]>> MakeAsync(string name)
    {
        var secret = RandomNumberGenerator.GetBytes(StandardWebhook.SecretBytes);
        try
        {
            await vault.SetAsync(name, secret, CancellationToken.None);
            return secret;
        }
        catch (SecretStoreException failure)
        {
            Log.VaultFailed(logger, failure, name);
            return new Problem(ProblemCode.Unavailable, "The vault does not answer.");
        }
    }

    /// <summary>The secrets of these names, in their order; null when the vault does not have all of them now.</summary>
    public async Task<byte[][]?> ReadAsync(IEnumerable<string> names)
    {
        var secrets = new List<byte[]>();
        foreach (var name in names)
        {
            try
            {
                if (await vault.GetAsync(name, CancellationToken.None) is not { } secret)
                {
                    Log.Missing(logger, name);
                    return null;
                }

                secrets.Add(secret);
            }
            catch (SecretStoreException failure)
            {
                Log.VaultFailed(logger, failure, name);
                return null;
            }
        }

        return [.. secrets];
    }

    /// <summary>False when it must be tried again.</summary>
    public async Task<bool> DeleteAsync(string name)
    {
        try
        {
            await vault.DeleteAsync(name, CancellationToken.None);
            return true;
        }
        catch (SecretStoreException failure)
        {
            Log.VaultFailed(logger, failure, name);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "WebhookSecretFailed", Level = LogLevel.Error, Message = "The vault failed at the webhook secret {Name}.")]
        public static partial void VaultFailed(ILogger logger, Exception failure, string name);

        [LoggerMessage(EventId = 2, EventName = "WebhookSecretMissing", Level = LogLevel.Error, Message = "The vault does not have the webhook secret {Name}; rotate the endpoint's secret.")]
        public static partial void Missing(ILogger logger, string name);
    }
}
