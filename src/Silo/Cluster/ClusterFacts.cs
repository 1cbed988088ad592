using System.Security.Cryptography;
using System.Text;
using Platform.Grains.Secrets;
using Platform.Hosting.Startup;
using Platform.Silo.Storage;

namespace Platform.Silo.Cluster;

/// <summary>
/// What every silo of a cluster must agree on. The first one writes it down; another one that differs is refused before it can do harm: with another vault it would take no key that
/// the others made.
/// </summary>
internal static class ClusterFacts
{
    /// <summary>Name in the vault.</summary>
    public const string SecretName = "cluster";

    public static async Task RequireAsync(PostgresDatabase database, string environment, ISecretStore secrets, CancellationToken cancel)
    {
        await RequireAsync(database, "environment", Encoding.UTF8.GetBytes(environment), "Platform:Environment is not that of the cluster; set it as the other silos have it.", cancel);

        // A digest of 32 random bytes tells nothing about them.
        var digest = SHA256.HashData(await secrets.GetOrMakeAsync(SecretName, cancel));
        await RequireAsync(database, "vault", digest, "Platform:Secrets names another vault than the other silos have; give all silos of a cluster the same vault (docs/cluster.md).", cancel);
    }

    private static async Task RequireAsync(PostgresDatabase database, string name, byte[] value, string fault, CancellationToken cancel)
    {
        await database.ExecuteAsync(
            "INSERT INTO cluster_fact (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            fill =>
            {
                fill.AddWithValue(name);
                fill.AddWithValue(value);
            },
            cancel);
        var known = await database.ListAsync("SELECT value FROM cluster_fact WHERE name=$1", fill => fill.AddWithValue(name), row => row.GetFieldValue<byte[]>(0), cancel);
        if (known is not [{ } stored] || !CryptographicOperations.FixedTimeEquals(stored, value))
        {
            throw new StartupException(fault);
        }
    }
}
