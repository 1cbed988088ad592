using Microsoft.Extensions.DependencyInjection;
using Platform.Silo.OAuth;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.OAuth;

public sealed class SqliteOAuthRecordsTests : OAuthRecordsTests
{
    private readonly TemporaryDirectory _directory = new();
    private DataDirectory _data = null!;

    private protected override Task AddStoreAsync(IServiceCollection services)
    {
        _data = DataDirectory.Open(Path.Combine(_directory.Path, "data"));
        services.AddSingleton(_data).AddSqliteOAuthRecords();
        return Task.CompletedTask;
    }

    private protected override void Close()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _data.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_file_survives_a_restart_and_is_the_owners_alone()
    {
        await AddAsync(One, "t1");
        _ = new OAuthFile(_data);

        Assert.Equal(1, await CountAsync(One));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? UnixFileMode.UserRead | UnixFileMode.UserWrite : File.GetUnixFileMode(_data.OAuthFile));
    }
}

public sealed class PostgresOAuthRecordsTests : OAuthRecordsTests
{
    private PostgresDatabase? _database;

    private protected override async Task AddStoreAsync(IServiceCollection services)
    {
        _database = await PostgresDatabase.OpenAsync(await Postgres.NewDatabaseAsync(), CancellationToken.None);
        services.AddPostgresDatabase(_database).AddPostgresOAuthRecords();
    }

    private protected override void Close() => _database?.Dispose();
}
