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

    private static string[] Lines(string script) => script.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
