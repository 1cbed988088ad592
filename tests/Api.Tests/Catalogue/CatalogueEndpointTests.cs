using System.Text.Json;
using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Catalogue;

/// <summary>What a tenant's endpoint serves, over REST: the same that the caller would find over MCP (AZ-5).</summary>
[Trait("Control", "AZ-5")]
public sealed class CatalogueEndpointTests(McpProduct product)
{
    [Fact]
    public async Task Tools_are_listed_with_their_schemas_and_what_they_say_of_themselves()
    {
        var tenant = await product.GivenTenant();

        var tools = await List(tenant, "tools?pageSize=200");

        var echo = tools.Single(tool => NameOf(tool) == "echo");
        Assert.Equal("string", echo.GetProperty("inputSchema").GetProperty("properties").GetProperty("message").GetProperty("type").GetString());
        Assert.Equal((true, false), (echo.GetProperty("readOnly").GetBoolean(), echo.GetProperty("destructive").GetBoolean()));
        Assert.False(echo.TryGetProperty("outputSchema", out _));
        Assert.True(tools.Single(tool => NameOf(tool) == "memory_set").GetProperty("destructive").GetBoolean());
        Assert.Equal("object", tools.Single(tool => NameOf(tool) == "shaped").GetProperty("outputSchema").GetProperty("type").GetString());
        Assert.Equal((await tenant.Call("tools/list")).Result.GetProperty("tools").EnumerateArray().Select(NameOf), tools.Select(NameOf));
    }

    [Fact]
    public async Task Prompts_and_templates_are_listed()
    {
        var tenant = await product.GivenTenant();

        var prompt = (await List(tenant, "prompts")).Single(prompt => NameOf(prompt) == "summarize_memory");
        var templates = await List(tenant, "resource-templates");

        Assert.Equal(("key", true), (NameOf(prompt.GetProperty("arguments")[0]), prompt.GetProperty("arguments")[0].GetProperty("required").GetBoolean()));
        Assert.Contains(templates, template => template.GetProperty("uriTemplate").GetString()!.StartsWith("memory://", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_list_is_read_page_by_page_and_a_made_up_token_is_refused()
    {
        var tenant = await product.GivenTenant();
        List<string> read = [];
        for (var token = ""; token is not null;)
        {
            var page = await Get(tenant, $"tools?pageSize=3{(token.Length == 0 ? "" : "&pageToken=" + token)}");
            read.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(NameOf));
            token = page.Json.TryGetProperty("nextPageToken", out var next) ? next.GetString() : null;
        }

        Assert.Equal((await List(tenant, "tools?pageSize=200")).Select(NameOf), read);
        Assert.Equal(400, (await Get(tenant, "tools?pageToken=***")).Status);
    }

    [Fact]
    public async Task Who_may_see_one_tool_sees_one()
    {
        var tenant = await product.GivenTenant();
        var weak = await tenant.ManagerOf(await tenant.GivenRole(allow: ["tools:read:echo"]));

        Assert.Equal(["echo"], (await List(tenant, "tools", weak)).Select(NameOf));
        Assert.Equal(403, (await Get(tenant, "prompts", weak)).Status);
    }

    [Fact]
    [Trait("Control", "IR-2")]
    public async Task What_is_in_quarantine_is_not_listed()
    {
        var tenant = await product.GivenTenant();
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/quarantine", new { kind = "tool", name = "echo" })).Status);

        Assert.DoesNotContain("echo", (await List(tenant, "tools?pageSize=200")).Select(NameOf));
    }

    private async Task<JsonElement[]> List(TenantClient tenant, string path, string? credential = null)
    {
        var reply = await Get(tenant, path, credential);
        Assert.Equal(200, reply.Status);
        return [.. reply.Json.GetProperty("items").EnumerateArray()];
    }

    private Task<Reply> Get(TenantClient tenant, string path, string? credential = null) => product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/{path}", credential: credential);

    private static string NameOf(JsonElement named) => named.GetProperty("name").GetString()!;
}
