using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Tenants;

/// <summary>Operators give tenants host names, and take them away.</summary>
public sealed class TenantHostEndpointTests(HostedProduct product)
{
    private static readonly TimeSpan Everywhere = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_host_is_given_listed_served_and_taken_away_again()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        var host = $"{tenant.Slug}.given.example";
        Assert.Equal(403, (await product.Call(host, client: tenant)).Status);

        var added = await product.AddHost(tenant, host);
        Assert.Equal((201, $"/v1/tenants/{tenant.Slug}/hosts/{host}"), (added.Status, added.Header("Location")));
        Assert.Equal($"https://{host}:8443/mcp", added.Json.GetProperty("url").GetString());
        Assert.Equal(200, (await Wire.Until(() => product.Call(host, client: tenant), 200, Everywhere)).Status);
        Assert.Equal([host], await Hosts(tenant));

        Assert.Equal(204, (await product.RemoveHost(tenant, host)).Status);
        Assert.Equal(403, (await Wire.Until(() => product.Call(host, client: tenant), 403, Everywhere)).Status);
        Assert.Empty(await Hosts(tenant));
    }

    [Fact]
    [Trait("Control", "AZ-4")]
    public async Task A_host_belongs_to_one_tenant()
    {
        var (owner, host) = await product.GivenTenantWithHost();
        var thief = await TenantClient.MakeAsync(product.Platform);

        var taken = await product.AddHost(thief, host);

        Assert.Equal((409, "conflict"), (taken.Status, taken.Json.GetProperty("code").GetString()));
        Assert.DoesNotContain(owner.Slug, taken.Json.GetProperty("detail").GetString()!.Replace(host, "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(404, (await product.RemoveHost(thief, host)).Status);
        Assert.Equal(200, (await product.Call(host, client: owner)).Status);
    }

    [Fact]
    public async Task A_host_that_was_taken_away_can_be_given_to_another_and_leads_only_there()
    {
        var (before, host) = await product.GivenTenantWithHost();
        var after = await TenantClient.MakeAsync(product.Platform);
        await product.RemoveHost(before, host);

        Assert.Equal(201, (await product.AddHost(after, host)).Status);

        Assert.Equal(200, (await Wire.Until(() => product.Call(host, client: after), 200, Everywhere)).Status);
        Assert.Equal(401, (await product.Call(host, client: before)).Status);
    }

    [Fact]
    public async Task Adding_the_same_host_twice_changes_nothing()
    {
        var (tenant, host) = await product.GivenTenantWithHost();

        Assert.Equal(201, (await product.AddHost(tenant, host)).Status);
        Assert.Equal([host], await Hosts(tenant));
    }

    [Theory]
    [InlineData("MCP.own.example")]
    [InlineData("own")]
    [InlineData("localhost")]
    [InlineData("a.example.")]
    [InlineData(".a.example")]
    [InlineData("*.own.example")]
    [InlineData("a.example:443")]
    [InlineData("https://a.example")]
    [InlineData("a.example/mcp")]
    [InlineData("user@a.example")]
    [InlineData("a_b.example")]
    [InlineData("bücher.example")]
    [InlineData("127.0.0.1")]
    [InlineData("10.1")]
    [InlineData("a.0x7f")]
    [InlineData("[::1]")]
    [InlineData("gate.example")]
    [InlineData("tenants.example")]
    [InlineData("demo.tenants.example")]
    [InlineData("a.b.tenants.example")]
    [InlineData("")]
    [InlineData(null)]
    [Trait("Control", "TR-6")]
    public async Task A_name_that_is_no_name_or_the_platforms_own_is_refused(string? host)
    {
        var reply = await product.AddHost(product.Lab, host!);

        Assert.Equal((400, "invalid-params"), (reply.Status, reply.Json.GetProperty("code").GetString()));
        Assert.True(reply.Json.GetProperty("errors").TryGetProperty("host", out _), reply.Text);
    }

    [Fact]
    public async Task A_tenant_has_at_most_twenty_hosts()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(201, (await product.AddHost(tenant, $"h{i}.{tenant.Slug}.example")).Status);
        }

        var more = await product.AddHost(tenant, $"h20.{tenant.Slug}.example");

        Assert.Equal((429, "quota-exceeded"), (more.Status, more.Json.GetProperty("code").GetString()));
        Assert.Equal(20, (await Hosts(tenant)).Length);
        Assert.Equal(201, (await product.AddHost(product.Other, $"h20.{tenant.Slug}.example")).Status);
    }

    [Fact]
    [Trait("Control", "AU-6")]
    public async Task Nobody_but_an_operator_gives_or_takes_hosts()
    {
        foreach (var credential in new[] { "", product.Lab.Key, "mcpm_nonsense" })
        {
            Assert.Equal(401, (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{product.Lab.Slug}/hosts", new { host = "x.own.example" }, credential)).Status);
            Assert.Equal(401, (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{product.Lab.Slug}/hosts", credential: credential)).Status);
            Assert.Equal(401, (await product.Platform.Rest(HttpMethod.Delete, $"/v1/tenants/{product.Lab.Slug}/hosts/{product.LabHost}", credential: credential)).Status);
        }
    }

    [Fact]
    [Trait("Control", "AL-1")]
    public async Task What_was_given_taken_and_refused_is_in_the_tenants_trail()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        await product.AddHost(tenant, $"{tenant.Slug}.trail.example");
        await product.AddHost(tenant, product.OtherHost);
        await product.RemoveHost(tenant, $"{tenant.Slug}.trail.example");

        var events = (await product.Platform.AuditEvents(tenant.Slug)).Reverse()
            .Select(entry => (Action: entry.GetProperty("action").GetString(), Target: entry.GetProperty("target").GetString(), Outcome: entry.GetProperty("outcome").GetString()))
            .Where(entry => entry.Action!.StartsWith("hosts/", StringComparison.Ordinal));

        Assert.Equal(
            [
                ("hosts/add", $"{tenant.Slug}/{tenant.Slug}.trail.example", "ok"),
                ("hosts/add", $"{tenant.Slug}/{product.OtherHost}", "conflict"),
                ("hosts/remove", $"{tenant.Slug}/{tenant.Slug}.trail.example", "ok"),
            ],
            events);
    }

    [Fact]
    public async Task Hosts_of_a_tenant_that_does_not_exist_are_not_found()
    {
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Get, "/v1/tenants/nobody/hosts")).Status);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Post, "/v1/tenants/nobody/hosts", new { host = "nobody.own.example" })).Status);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Delete, "/v1/tenants/nobody/hosts/nobody.own.example")).Status);
    }

    private async Task<string[]> Hosts(TenantClient tenant) =>
        [.. (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/hosts")).Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("host").GetString()!)];
}
