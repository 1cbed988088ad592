using Platform.Testing;

namespace Platform.System.Tests;

/// <summary>Two nodes of one platform: a database, a shared vault, certificates of one authority, and a data directory and ports for each.</summary>
internal sealed class ClusterHome : IAsyncDisposable
{
    private readonly PostgresServer _server;
    private readonly string _root;

    private ClusterHome(PostgresServer server, string root, PlatformHome[] nodes) => (_server, _root, Nodes) = (server, root, nodes);

    public PlatformHome[] Nodes { get; }

    /// <summary>Where there is no PostgreSQL the test skips, and says so.</summary>
    public static async Task<ClusterHome> CreateAsync(CancellationToken cancel, params string[] settings)
    {
        Assert.SkipUnless(PostgresServer.Absent is null, PostgresServer.Absent ?? "");
        var server = await PostgresServer.StartAsync();
        var root = Directory.CreateTempSubdirectory("mocopr-cluster-").FullName;
        using var authority = CertificateForge.Authority("silos of a system test");
        var connection = Path.Combine(root, "database");
        await File.WriteAllTextAsync(connection, await server.NewDatabaseAsync(), cancel);
        File.SetUnixFileMode(connection, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new ClusterHome(server, root, [.. Enumerable.Range(0, 2).Select(node => Node(root, node, connection, authority, settings))]);
    }

    /// <summary>Starts both, the first one first.</summary>
    public async Task<PlatformProcess[]> StartAsync(CancellationToken cancel) => [await Nodes[0].StartAsync(cancel), await Nodes[1].StartAsync(cancel)];

    /// <summary>The management API of a node, with the key that the first start made.</summary>
    public async Task<ManagementApi> ManagementAsync(int node, CancellationToken cancel)
    {
        var first = Nodes.Single(home => File.Exists(home.BootFile));
        return new ManagementApi(Nodes[node].Management, (await first.BootAsync(cancel)).AdminKey);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }

        await _server.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    private static PlatformHome Node(string root, int node, string connection, global::System.Security.Cryptography.X509Certificates.X509Certificate2 authority, string[] settings)
    {
        var files = Path.Combine(root, $"node-{node}");
        using var certificate = CertificateForge.Client(authority, $"CN=silo-{node}", usage: CertificateForge.ForSilos);
        CertificateForge.WriteSilo(files, authority, certificate);
        return new PlatformHome([
            "--Platform:Cluster:Mode=PostgreSql",
            $"--Platform:Files:Directory={Path.Combine(root, "files")}",
            $"--Platform:Cluster:ConnectionStringFile={connection}",
            $"--Platform:Cluster:CertificateFile={Path.Combine(files, "silo.pem")}",
            $"--Platform:Cluster:KeyFile={Path.Combine(files, "silo.key")}",
            $"--Platform:Cluster:AuthorityFile={Path.Combine(files, "authority.pem")}",
            $"--Platform:Secrets:Directory={Path.Combine(root, "vault")}",
            .. settings]);
    }
}
