using Microsoft.EntityFrameworkCore;
using Platform.Silo.OAuth;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.OAuth;

public sealed class OAuthSchemaTests
{
    [Fact]
    public void The_schema_on_disk_is_the_one_that_the_model_needs()
    {
        using var records = new OAuthDbContext(new DbContextOptionsBuilder<OAuthDbContext>().UseSqlite("Data Source=:memory:").Options, new Platform.Api.OAuth.OAuthTenant());

        Assert.Equal(Lines(records.Database.GenerateCreateScript()), Lines(string.Concat(OAuthFile.Schema.Migrations)));
    }

    [Fact]
    public void The_script_for_PostgreSQL_is_the_one_that_the_model_needs()
    {
        using var records = new OAuthDbContext(new DbContextOptionsBuilder<OAuthDbContext>().UseNpgsql("Host=nowhere").Options, new Platform.Api.OAuth.OAuthTenant());

        var script = Assert.Single(PostgresMigrations.All, script => script.Name == "0004-oauth.sql");

        Assert.Equal(Lines(records.Database.GenerateCreateScript()), Lines(script.Sql));
    }

    private static string[] Lines(string script) => script.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
