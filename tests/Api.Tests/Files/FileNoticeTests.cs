using System.Text.Json;
using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Files;

/// <summary>Who listens hears of files, in both eras.</summary>
public sealed class FileNoticeTests(McpProduct product)
{
    [Fact]
    public async Task A_modern_client_hears_of_the_file_it_asked_for_however_it_wrote_the_uri()
    {
        var tenant = await product.GivenTenant();
        await using var stream = await Listen(tenant, """{"resourceSubscriptions":["file:///public/%61.md","file:///public/a.md"]}""");

        Assert.Equal("""{"resourceSubscriptions":["file:///public/a.md"]}""", (await stream.JsonAsync()).GetProperty("params").GetProperty("notifications").GetRawText());
        await tenant.PutFile("public/b.md", "x");
        await tenant.PutFile("public/a.md", "x");
        var made = await stream.JsonAsync();
        await tenant.DeleteFile("public/a.md", "*");
        var deleted = await stream.JsonAsync();

        Assert.All([made, deleted], message => Assert.Equal(("notifications/resources/updated", "file:///public/a.md"), (Method(message), Uri(message))));
    }

    [Fact]
    public async Task A_file_that_comes_or_goes_changes_the_list_and_one_that_is_replaced_does_not()
    {
        var tenant = await product.GivenTenant();
        await tenant.PutFile("a.md", "x");
        await using var stream = await Listen(tenant, """{"resourcesListChanged":true,"resourceSubscriptions":["file:///a.md"]}""");
        await stream.JsonAsync();

        await tenant.PutFile("a.md", "y", ifMatch: "*");
        var replaced = await stream.JsonAsync();
        await tenant.PutFile("b.md", "x");
        var came = await stream.JsonAsync();

        Assert.Equal(["notifications/resources/updated", "notifications/resources/list_changed"], [Method(replaced), Method(came)]);
    }

    [Fact]
    public async Task A_legacy_client_subscribes_by_any_spelling()
    {
        var tenant = await product.GivenTenant();
        await tenant.PutFile("a.md", "x");
        var session = await tenant.GivenSession();
        var subscribed = await tenant.Send(tenant.LegacyRequest(session, """{"jsonrpc":"2.0","id":7,"method":"resources/subscribe","params":{"uri":"file:///%61.md"}}"""));
        Assert.True(subscribed.Json.TryGetProperty("result", out _), subscribed.ToString());
        await using var stream = await EventStream.OpenAsync(tenant.ListenRequest(session));

        // The stream is open a moment before it hears.
        var hearing = stream.JsonAsync();
        while (!hearing.IsCompleted)
        {
            await tenant.PutFile("a.md", "y", ifMatch: "*");
            await Task.WhenAny(hearing, Task.Delay(100));
        }

        Assert.Equal(("notifications/resources/updated", "file:///a.md"), (Method(await hearing), Uri(await hearing)));
    }

    [Fact, Trait("Control", "AZ-5")]
    public async Task What_may_not_be_read_is_not_heard_of()
    {
        var tenant = await product.GivenTenant();
        var reader = await tenant.GivenReader(["resources:read:public/*"]);
        await using var stream = await Listen(reader, """{"resourceSubscriptions":["file:///secret.md","file:///public/a.md","file:///public/../secret.md"]}""");

        Assert.Equal("""{"resourceSubscriptions":["file:///public/a.md"]}""", (await stream.JsonAsync()).GetProperty("params").GetProperty("notifications").GetRawText());
        await tenant.PutFile("secret.md", "x");
        await tenant.PutFile("public/a.md", "x");

        Assert.Equal("file:///public/a.md", Uri(await stream.JsonAsync()));
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task Another_tenants_files_are_not_heard_of()
    {
        var (tenant, other) = (await product.GivenTenant(), await product.GivenTenant());
        await using var stream = await Listen(tenant, """{"resourcesListChanged":true,"resourceSubscriptions":["file:///a.md"]}""");
        await stream.JsonAsync();

        await other.PutFile("a.md", "x");
        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys/{tenant.KeyId}:revoke");

        // Whatever was heard would have come before the end.
        Assert.True(Assert.Single(await stream.RestAsync()).TryGetProperty("result", out _));
    }

    private static Task<EventStream> Listen(TenantClient client, string filter) => EventStream.OpenAsync(client.Modern("subscriptions/listen", $"\"notifications\":{filter}", null));

    private static string? Method(JsonElement message) => message.GetProperty("method").GetString();

    private static string? Uri(JsonElement message) => message.GetProperty("params").GetProperty("uri").GetString();
}
