using Microsoft.AspNetCore.Connections;
using Orleans.Configuration;
using Platform.Abstractions.Secrets;
using Platform.Grains.Secrets;
using Platform.Grains.Storage;
using Platform.Hosting;
using Platform.Silo.Audit;
using Platform.Silo.OAuth;
using Platform.Silo.Reminders;
using Platform.Silo.Storage;

namespace Platform.Silo.Cluster;

/// <summary>The silo's storage and its peers, for the composition root: alone on SQLite, or one of several on PostgreSQL.</summary>
internal static class ClusterRegistration
{
    private const string ServiceId = "mocopr";

    /// <summary>One process: its own files, and no peers.</summary>
    public static ISiloBuilder UseEmbedded(this ISiloBuilder silo, PlatformOptions options)
    {
        silo.Services.AddSqliteAuditLog();
        silo.Services.AddUnfinishedRequests(isAlone: true);
        silo.Services.AddSqliteOAuthRecords();
        silo.AddSqliteGrainStorage(GrainStateJson.Default.Options);
        silo.AddSqliteReminders();
        silo.UseLocalhostClustering(options.Orleans.SiloPort, options.Orleans.GatewayPort, serviceId: ServiceId, clusterId: "embedded");
        return silo.Configure<SiloConnectionOptions>(connections => connections.ConfigureSiloInboundConnection(inbound => inbound.Use(_ => connection =>
        {
            // An embedded silo has no peers: whoever connects is not one, and would be believed.
            connection.Abort();
            return Task.CompletedTask;
        })));
    }

    /// <summary>One of several: everything durable in the database, peers found there and reached by mTLS.</summary>
    public static ISiloBuilder UseCluster(this ISiloBuilder silo, PlatformOptions options, PostgresDatabase database)
    {
        silo.Services.AddPostgresDatabase(database);
        silo.Services.AddSingleton(new PlatformSecret(ClusterFacts.SecretName, SecretUse.Platform, "what shows that all silos have one vault"));
        silo.Services.AddPostgresAuditLog();
        silo.Services.AddUnfinishedRequests(isAlone: false);
        silo.Services.AddPostgresOAuthRecords();
        silo.AddPostgresGrainStorage(GrainStateJson.Default.Options);
        silo.AddPostgresReminders();
        silo.Services.AddSingleton<IMembershipTable, PostgresMembershipTable>();
        silo.Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = (ServiceId, options.Cluster.ClusterId));
        silo.Configure<EndpointOptions>(endpoint =>
        {
            (endpoint.AdvertisedIPAddress, endpoint.SiloPort) = (options.Cluster.Advertised(), options.Orleans.SiloPort);
            endpoint.SiloListeningEndpoint = new System.Net.IPEndPoint(options.Cluster.Listen(), options.Orleans.SiloPort);

            // Clients of the cluster have no mTLS yet, so there is no door for them.
            endpoint.GatewayPort = 0;
        });
        return options.Cluster.IsEncrypted() ? silo.UseSiloTls(SiloCertificates.Load(options.Cluster, TimeProvider.System)) : silo;
    }

    /// <summary>mTLS on every connection between silos.</summary>
    public static ISiloBuilder UseSiloTls(this ISiloBuilder silo, SiloCertificates certificates)
    {
        silo.Services.AddSingleton(provider =>
        {
            certificates.Log = provider.GetRequiredService<ILogger<SiloCertificates>>();
            return new SiloTls(certificates, provider.GetRequiredService<ILogger<SiloTls>>());
        });
        silo.Services.AddOptions<SiloConnectionOptions>().Configure<SiloTls>((connections, tls) =>
        {
            connections.ConfigureSiloInboundConnection(inbound => inbound.Use(next => connection => tls.AcceptAsync(connection, next)));
            connections.ConfigureSiloOutboundConnection(outbound => outbound.Use(next => connection => tls.ConnectAsync(connection, next)));
        });
        return silo;
    }
}
