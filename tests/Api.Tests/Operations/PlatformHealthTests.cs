using System.Text.Json;
using Platform.Api.Operations;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Operations;

/// <summary>Operators see how the platform is; what they see names no tenant.</summary>
public sealed class PlatformHealthTests(Product product)
{
    private static readonly string[] Paths = ["silos", "grains", "storage", "audit-health"];

    [Fact]
    public async Task The_silo_that_answers_is_active_and_says_what_it_has_to_do()
    {
        var silo = Assert.Single((await Ask("silos")).GetProperty("items").EnumerateArray());
        for (var again = 0; again < 10 && !silo.TryGetProperty("load", out _); again++)
        {
            // A silo that is slow to tell is shown without it.
            silo = Assert.Single((await Ask("silos")).GetProperty("items").EnumerateArray());
        }

        Assert.Equal("active", silo.GetProperty("state").GetString());
        Assert.InRange(silo.GetProperty("load").GetProperty("grains").GetInt32(), 1, int.MaxValue);
        Assert.InRange(silo.GetProperty("load").GetProperty("memoryBytes").GetInt64(), 1, silo.GetProperty("load").GetProperty("memoryLimit").GetInt64());
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task Grains_are_counted_by_kind_and_no_tenant_is_named()
    {
        var slug = product.Lab.Slug;
        var id = (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{slug}")).Json.GetProperty("id").GetString()!;
        var answer = await Ask("grains");
        var kinds = answer.GetProperty("items").EnumerateArray().ToDictionary(kind => kind.GetProperty("kind").GetString()!, kind => kind.GetProperty("count").GetInt32(), StringComparer.Ordinal);
        Assert.True(kinds["Tenant"] > 0);
        Assert.All(kinds.Keys, kind => Assert.DoesNotContain('.', kind));
        Assert.DoesNotContain(slug, answer.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(id, answer.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stored_bytes_are_told_by_file_and_in_all()
    {
        var storage = await Ask("storage");
        var stores = storage.GetProperty("stores").EnumerateArray().ToArray();
        Assert.Equal("sqlite", storage.GetProperty("kind").GetString());
        Assert.Contains(stores, store => store.GetProperty("name").GetString() == "grains.db" && store.GetProperty("bytes").GetInt64() > 0);
        Assert.Equal(storage.GetProperty("bytes").GetInt64(), stores.Sum(store => store.GetProperty("bytes").GetInt64()));
        Assert.DoesNotContain("/", storage.GetRawText(), StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "AL-4")]
    public async Task The_audit_trails_health_is_told_with_its_sinks()
    {
        var health = await Ask("audit-health");
        Assert.Equal(JsonValueKind.Array, health.GetProperty("sinks").ValueKind);
        Assert.Equal(JsonValueKind.Array, health.GetProperty("witnesses").ValueKind);
        Assert.InRange(health.GetProperty("findings").GetInt32(), 0, int.MaxValue);
    }

    [Fact, Trait("Control", "AZ-3")]
    public async Task It_takes_an_operator_with_the_permission()
    {
        var (allowed, _) = await product.Platform.GivenOperator("platform-health:read");
        var (other, _) = await product.Platform.GivenOperator("tenants:read", "platform-alerts:read");
        foreach (var path in Paths)
        {
            Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Get, "/v1/platform/" + path, credential: allowed)).Status);
            Assert.Equal(403, (await product.Platform.Rest(HttpMethod.Get, "/v1/platform/" + path, credential: other)).Status);
        }
    }

    [Theory]
    [InlineData("Platform.Grains.Keys.KeyGrain,Platform.Grains", "Key")]
    [InlineData("Platform.Grains.Keys.KeyGrain", "Key")]
    [InlineData("Orleans.Runtime.Management.ManagementGrain", "Management")]
    [InlineData("Grain", "Grain")]
    [InlineData("", "")]
    public void A_kind_is_named_shortly(string type, string kind) => Assert.Equal(kind, ClusterHealth.Kind(type));

    private async Task<JsonElement> Ask(string path)
    {
        var reply = await product.Platform.Rest(HttpMethod.Get, "/v1/platform/" + path);
        Assert.Equal(200, reply.Status);
        return reply.Json;
    }
}
