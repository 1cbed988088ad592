using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Resources;

/// <summary>A tenant with as many memory resources as one may well have, through storage, the index and both doors (RS-3).</summary>
[Collection(nameof(WholeProcess)), Trait("Control", "RS-3")]
public sealed class CrowdedTenantTests(Product product)
{
    private const int Resources = 100_000;
    private const long MostKept = 128L * 1024 * 1024;

    [Fact]
    public async Task A_hundred_thousand_resources_are_listed_page_by_page_in_bounded_memory()
    {
        var tenant = await product.GivenTenant();
        var memory = new MemoryClient(tenant);
        await CrowdAsync(tenant);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var keys = new List<string>(Resources);
        var token = "";
        do
        {
            var page = await memory.List($"?pageSize=200{token}");
            Assert.Equal(200, page.Status);
            Assert.InRange(page.Text.Length, 1, 100 * 1024);
            keys.AddRange(MemoryClient.KeysOf(page));
            token = page.Json.TryGetProperty("nextPageToken", out var next) && next.ValueKind == JsonValueKind.String ? $"&pageToken={Uri.EscapeDataString(next.GetString()!)}" : "";
        }
        while (token.Length > 0);

        Assert.Equal(Enumerable.Range(0, Resources).Select(Key), keys);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MostKept);
        Assert.Equal(["K099990", "K099991", "K099992", "K099993", "K099994", "K099995", "K099996", "K099997", "K099998", "K099999"], MemoryClient.KeysOf(await memory.List("?prefix=K09999")));

        // The same tenant by MCP: the last page of a walk by cursor has what the index has.
        var listed = await tenant.Call("resources/list");
        Assert.Equal(200, listed.Status);
        Assert.True(listed.Result.TryGetProperty("nextCursor", out _), "The list of 100 000 is no single page.");

        // What was there before the index counts against the quota like what comes now.
        Assert.Equal(201, (await memory.Put("New", "v")).Status);
        Assert.Equal(Resources + 1, (await memory.Usage()).Json.GetProperty("count").GetInt32());
    }

    private static string Key(int number) => "K" + number.ToString("D6", CultureInfo.InvariantCulture);

    /// <summary>Rows as the grains write them, under a tenant whose index has not been asked for yet: 100 000 writes over HTTP would take minutes.</summary>
    private async Task CrowdAsync(TenantClient tenant)
    {
        var model = new MemoryClient(await product.GivenTenant());
        Assert.Equal(201, (await model.Put("MODELKEY", "value", query: "?ttlSeconds=86400")).Status);
        var source = await IdOf(model.Tenant);
        await using var database = new SqliteConnection($"Data Source={Path.Combine(product.Platform.DataDirectory, "data", "grains.db")};Pooling=False");
        await database.OpenAsync();
        await using var copy = database.CreateCommand();
        copy.CommandText = """
            WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < $count)
            INSERT INTO grain_state(tenant, grain_type, grain_key, state, version, format, info, updated_at, expires_at, payload)
            SELECT $tenant, grain_type, printf('K%06d', n), state, version, format, replace(info, 'MODELKEY', printf('K%06d', n)), updated_at, expires_at,
                CAST(replace(CAST(payload AS TEXT), 'MODELKEY', printf('K%06d', n)) AS BLOB)
            FROM grain_state, number WHERE tenant = $source AND grain_type = 'memory-resource' AND grain_key = 'MODELKEY'
            """;
        copy.Parameters.AddWithValue("$count", Resources);
        copy.Parameters.AddWithValue("$tenant", await IdOf(tenant));
        copy.Parameters.AddWithValue("$source", source);
        Assert.Equal(Resources, await copy.ExecuteNonQueryAsync());
    }

    private async Task<string> IdOf(TenantClient tenant) =>
        (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}")).Json.GetProperty("id").GetString()!;
}
