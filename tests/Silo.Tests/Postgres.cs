using Platform.Testing;

[assembly: AssemblyFixture(typeof(Platform.Silo.Tests.Postgres))]

namespace Platform.Silo.Tests;

/// <summary>One server for all tests that want a database; started by the first of them. Where there is none they skip, and say so.</summary>
public sealed class Postgres : IAsyncLifetime
{
    private static readonly SemaphoreSlim Starting = new(1, 1);
    private static PostgresServer? _server;

    /// <summary>The connection string of a new, empty database.</summary>
    public static async Task<string> NewDatabaseAsync() => await (await ServerAsync()).NewDatabaseAsync();

    /// <summary>Runs a statement as the server's operator.</summary>
    public static async Task OperateAsync(string sql) => await (await ServerAsync()).ExecuteAsync(sql);

    /// <summary>Ends every connection to one database.</summary>
    public static Task CutAsync(string connectionString) => OperateAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname='{NameOf(connectionString)}'");

    public static string NameOf(string connectionString) => connectionString.Split("Database=")[1].Split(';')[0];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private static async Task<PostgresServer> ServerAsync()
    {
        Assert.SkipUnless(PostgresServer.Absent is null, PostgresServer.Absent ?? "");
        await Starting.WaitAsync();
        try
        {
            return _server ??= await PostgresServer.StartAsync();
        }
        finally
        {
            Starting.Release();
        }
    }
}
