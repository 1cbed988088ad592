using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Files;

/// <summary>Files over MCP, told by intent.</summary>
internal static class FileResources
{
    public static Task<Reply> ReadLegacy(this TenantClient client, string session, string uri) =>
        client.Legacy(session, null, JsonSerializer.Serialize(new { jsonrpc = "2.0", id = 7, method = "resources/read", @params = new { uri } }));

    public static JsonElement Content(this Reply reply) => Assert.Single(reply.Result.GetProperty("contents").EnumerateArray().ToArray());

    public static string? TextContent(this Reply reply) => reply.Content().GetProperty("text").GetString();

    /// <summary>Every page of <c>resources/list</c>, entry by entry.</summary>
    public static async Task<List<JsonElement>> ListResources(this TenantClient client, Func<Task>? betweenPages = null)
    {
        var all = new List<JsonElement>();
        for (string? cursor = null; ;)
        {
            var page = (await client.Call("resources/list", cursor is null ? new { } : new { cursor })).Result;
            all.AddRange(page.GetProperty("resources").EnumerateArray());
            if (!page.TryGetProperty("nextCursor", out var next))
            {
                return all;
            }

            cursor = next.GetString();
            await (betweenPages?.Invoke() ?? Task.CompletedTask);
        }
    }

    public static async Task<string?[]> ListUris(this TenantClient client) => [.. (await client.ListResources()).Select(resource => resource.GetProperty("uri").GetString())];

    public static async Task<string?[]> CompletePath(this TenantClient client, string value) =>
        [.. (await client.Call("completion/complete", new { @ref = new { type = "ref/resource", uri = "file:///{+path}" }, argument = new { name = "path", value } }))
            .Result.GetProperty("completion").GetProperty("values").EnumerateArray().Select(proposal => proposal.GetString())];

    /// <summary>A key of the tenant for MCP, of a role that may do this and nothing else.</summary>
    public static async Task<TenantClient> GivenReader(this TenantClient tenant, string[] allow, string[]? deny = null) => await tenant.GivenKey(null, await tenant.GivenRole(allow, deny));
}
