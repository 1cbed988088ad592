using Platform.Hosting;
using Platform.Hosting.Startup;
using Platform.Silo.Secrets;
using Platform.Silo.Storage;

namespace Platform.Silo.Cluster;

/// <summary>Opens the database of a cluster, and makes sure that this silo belongs to it.</summary>
internal static class ClusterConnection
{
    /// <summary>Null for a platform of one process.</summary>
    /// <exception cref="StartupException">The database cannot be used, or belongs to a platform with another vault or environment.</exception>
    public static async Task<PostgresDatabase?> OpenAsync(PlatformOptions options, SiloVault vault, CancellationToken cancel)
    {
        if (!options.Cluster.IsCluster())
        {
            return null;
        }

        var file = options.Cluster.ConnectionStringFile;
        var text = file.Length == 0 ? options.Cluster.ConnectionString.Reveal() : PrivateFileBytes.ReadText(file).Split('\n')[0].Trim();
        var database = await PostgresDatabase.OpenAsync(text, cancel);
        try
        {
            await ClusterFacts.RequireAsync(database, options.Environment, vault.Secrets, cancel);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }
}
