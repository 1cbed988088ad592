using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Configurations;

/// <summary>Documents over REST, told by intent.</summary>
internal static class ConfigurationSetup
{
    public static Task<Reply> Export(this TenantClient tenant, string? credential = null) => tenant.Rest(HttpMethod.Get, "config", credential: credential);

    /// <summary>With the tag that the caller reads at this moment, unless another (or none, "") is given.</summary>
    public static async Task<Reply> Apply(this TenantClient tenant, string document, string query = "", string? credential = null, string? ifMatch = null)
    {
        var tag = ifMatch ?? (await tenant.Export(credential)).Header("ETag") ?? "*";
        var request = new HttpRequestMessage(HttpMethod.Put, new Uri(tenant.Platform.ManagementUrl, $"/v1/tenants/{tenant.Slug}/config{query}"))
        {
            Content = new StringContent(document, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {credential ?? tenant.Platform.AdminKey}");
        request.Headers.TryAddWithoutValidation("If-Match", tag.Length == 0 ? [] : [tag]);
        return await tenant.Platform.Send(request);
    }

    /// <summary>A management key of the tenant, of a principal with one role that allows this.</summary>
    public static async Task<(string Secret, string Principal)> GivenManager(this TenantClient tenant, params string[] allow)
    {
        var role = await tenant.GivenRole(allow);
        var issued = await tenant.Rest(HttpMethod.Post, "keys", new { name = "manager", roles = new[] { role }, kind = "management" });
        Assert.Equal(201, issued.Status);
        return (issued.Json.GetProperty("secret").GetString()!, $"svc_{issued.Json.GetProperty("key").GetProperty("id").GetString()}");
    }

    public static JsonElement[] Changes(this Reply reply) => [.. reply.Json.GetProperty("changes").EnumerateArray()];

    /// <summary>The one change of an object.</summary>
    public static JsonElement Change(this Reply reply, string kind, string? name = null) => Assert.Single(reply.Changes(), change =>
        change.GetProperty("kind").GetString() == kind && (change.TryGetProperty("name", out var called) ? called.GetString() : null) == name);

    /// <summary>The members at fault of a refusal, in the order they are told.</summary>
    public static string[] Faults(this Reply reply) => [.. reply.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name)];

    public static string Text(this JsonElement change, string member) => change.GetProperty(member).GetString()!;

    /// <summary>Created, updated, deleted, failed.</summary>
    public static (int Created, int Updated, int Deleted, int Failed) Counts(this Reply reply) =>
        reply.Status != 200 ? throw new InvalidOperationException(reply.ToString())
            : (reply.Json.GetProperty("created").GetInt32(), reply.Json.GetProperty("updated").GetInt32(), reply.Json.GetProperty("deleted").GetInt32(), reply.Json.GetProperty("failed").GetInt32());

    public static JsonObject Document(this Reply reply) => JsonNode.Parse(reply.Text)!.AsObject();
}
