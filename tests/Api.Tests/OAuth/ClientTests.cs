using System.Text;
using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.OAuth;

[Collection(OAuthTests.Name)]
[Trait("Control", "AU-3")]
public sealed class ClientTests(OAuthProduct product)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_machine_gets_a_token_for_the_service_it_is_bound_to(bool basic)
    {
        var tenant = product.Lab;
        var (client, secret) = await tenant.GivenMachine();

        var reply = basic
            ? await tenant.Post("token", (client, secret!), ("grant_type", "client_credentials"), ("resource", tenant.Resource), ("scope", "tools:call"))
            : await tenant.Token(("grant_type", "client_credentials"), ("client_id", client), ("client_secret", secret), ("resource", tenant.Resource), ("scope", "tools:call"));

        Assert.True(reply.Status == 200, reply.ToString());
        var claims = OAuthTenantClient.Claims(reply.Json.GetProperty("access_token").GetString()!);
        Assert.Equal($"svc_{tenant.Tenant.KeyId}", claims.GetProperty("sub").GetString());
        Assert.Equal("tools:call", claims.GetProperty("scope").GetString());
        Assert.False(reply.Json.TryGetProperty("refresh_token", out _));
    }

    [Fact]
    public async Task A_wrong_secret_an_old_secret_and_a_deleted_client_are_refused()
    {
        var tenant = product.Lab;
        var (client, secret) = await tenant.GivenMachine();
        var wrong = await Ask(tenant, client, secret![..^1] + (secret[^1] == 'a' ? 'b' : 'a'));
        var rotated = (await product.Platform.Rest(HttpMethod.Post, $"{tenant.Clients}/{client}:rotateSecret")).Json.GetProperty("secret").GetString()!;
        var old = await Ask(tenant, client, secret);
        var fresh = await Ask(tenant, client, rotated);
        Assert.Equal(204, (await product.Platform.Rest(HttpMethod.Delete, $"{tenant.Clients}/{client}")).Status);
        var deleted = await Ask(tenant, client, rotated);

        Assert.Equal((401, 401, 200, 401), (wrong.Status, old.Status, fresh.Status, deleted.Status));
    }

    [Theory]
    [InlineData("resource", null, "invalid_target")]
    [InlineData("scope", "openid", "invalid_scope")]
    [InlineData("scope", "offline_access", "invalid_request")]
    [InlineData("scope", "resources:write", "invalid_scope")]
    [InlineData("grant_type", "password", "unsupported_grant_type")]
    [InlineData("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange", "unsupported_grant_type")]
    public async Task A_machine_gets_nothing_that_it_may_not_ask_for(string name, string? value, string error)
    {
        var tenant = product.Lab;
        var (client, secret) = await tenant.GivenMachine(new { scopes = new[] { "tools:call" } });

        var reply = await tenant.Post("token", (client, secret!), ("grant_type", "client_credentials"), ("resource", tenant.Resource), ("scope", "tools:call"), (name, value));

        Assert.Equal((400, error), (reply.Status, reply.Json.GetProperty("error").GetString()));
    }

    [Fact, Trait("Control", "AU-10")]
    public async Task A_machine_gets_a_token_for_the_management_API_of_its_tenant_and_of_no_other()
    {
        var (mine, theirs) = (await product.GivenTenant(), await product.GivenTenant());
        var (client, secret) = await mine.GivenMachine(new { scopes = new[] { "keys:read" } });
        var (any, anySecret) = await mine.GivenMachine();
        var site = product.Platform.ManagementUrl.GetLeftPart(UriPartial.Authority);

        var got = await mine.Post("token", (client, secret!), ("grant_type", "client_credentials"), ("resource", $"{site}/v1/tenants/{mine.Tenant.Slug}"), ("scope", "keys:read"));
        var token = got.Json.GetProperty("access_token").GetString()!;

        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{mine.Tenant.Slug}/keys", credential: token)).Status);
        Assert.Equal(401, (await mine.Tenant.With(token).CallTool()).Status);
        Assert.Equal((400, "invalid_target"), Error(await mine.Post("token", (any, anySecret!), ("grant_type", "client_credentials"), ("resource", $"{site}/v1/tenants/{mine.Tenant.Slug}"))));
        Assert.Equal((400, "invalid_target"), Error(await mine.Post("token", (client, secret!), ("grant_type", "client_credentials"), ("resource", $"{site}/v1/tenants/{theirs.Tenant.Slug}"))));
    }

    [Fact, Trait("Control", "AZ-3")]
    public async Task Nobody_becomes_a_service_that_may_do_more_than_they_by_binding_a_client_or_by_a_new_secret()
    {
        var tenant = await product.GivenTenant();
        var (client, _) = await tenant.GivenMachine();
        var (desk, _) = await product.Platform.GivenOperator("tenants:read", "oauth-clients:*", "tools:read");
        var weak = (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Tenant.Slug}/principals", new { kind = "service", displayName = "weak" })).Json.GetProperty("id").GetString();

        Assert.Equal(403, (await product.Platform.Rest(HttpMethod.Post, tenant.Clients, new { name = "c", kind = "confidential", principal = $"svc_{tenant.Tenant.KeyId}" }, desk)).Status);
        Assert.Equal(403, (await product.Platform.Rest(HttpMethod.Post, $"{tenant.Clients}/{client}:rotateSecret", credential: desk)).Status);
        var own = await product.Platform.Rest(HttpMethod.Post, tenant.Clients, new { name = "c", kind = "confidential", principal = weak }, desk);
        Assert.Equal(201, own.Status);
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"{tenant.Clients}/{own.Json.GetProperty("client").GetProperty("id").GetString()}:rotateSecret", credential: desk)).Status);
    }

    [Fact]
    public async Task A_client_without_a_service_cannot_act_for_itself()
    {
        var tenant = product.Lab;
        var (client, secret) = await tenant.GivenClient(new { kind = "confidential" });

        Assert.Equal((400, "unauthorized_client"), Error(await Ask(tenant, client, secret!)));
    }

    [Fact]
    public async Task A_secret_is_shown_once()
    {
        var tenant = product.Lab;
        var (client, secret) = await tenant.GivenMachine();

        Assert.StartsWith("mcpo_", secret, StringComparison.Ordinal);
        Assert.DoesNotContain(secret!, (await product.Platform.Rest(HttpMethod.Get, $"{tenant.Clients}/{client}")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret!, (await product.Platform.Rest(HttpMethod.Get, tenant.Clients)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"c","kind":"public"}""")]
    [InlineData("""{"name":"c","kind":"secret","redirectUris":["https://app.example/"]}""")]
    [InlineData("""{"name":"","kind":"public","redirectUris":["https://app.example/"]}""")]
    [InlineData("""{"name":"c","kind":"public","redirectUris":["http://app.example/"]}""")]
    [InlineData("""{"name":"c","kind":"public","redirectUris":["https://*.example/"]}""")]
    [InlineData("""{"name":"c","kind":"public","redirectUris":["https://app.example/#x"]}""")]
    [InlineData("""{"name":"c","kind":"public","redirectUris":["https://user@app.example/"]}""")]
    [InlineData("""{"name":"c","kind":"public","redirectUris":["javascript:alert(1)"]}""")]
    [InlineData("""{"name":"c","kind":"public","redirectUris":["/callback"]}""")]
    [InlineData("""{"name":"c","kind":"public","redirectUris":["https://app.example/?iss=https://other.example"]}""")]
    [InlineData("""{"name":"c","kind":"public","redirectUris":["https://app.example/?a=1&%49SS"]}""")]
    [InlineData("""{"name":"c","kind":"public","redirectUris":["https://app.example/"],"principal":"svc_abc"}""")]
    [InlineData("""{"name":"c","kind":"confidential","principal":"usr_alice"}""")]
    [InlineData("""{"name":"c","kind":"confidential","principal":"svc_nobody"}""")]
    [InlineData("""{"name":"c","kind":"public","redirectUris":["https://app.example/"],"scopes":["*"]}""")]
    [InlineData("""{"name":"c","kind":"public","redirectUris":["https://app.example/"],"id":"mine"}""")]
    [InlineData("""{"name":"c","kind":"confidential","redirectUris":["https://app.example/"],"jwks":"{\"keys\":[]}"}""")]
    [Trait("Control", "IN-6")]
    public async Task A_client_that_is_not_valid_is_not_registered(string body)
    {
        var tenant = product.Lab;

        var reply = await product.Platform.RestRaw(HttpMethod.Post, tenant.Clients, Encoding.UTF8.GetBytes(body));

        Assert.Equal((400, "invalid-params"), (reply.Status, reply.Json.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_name_and_redirect_URIs_change_and_the_secret_stays()
    {
        var tenant = await product.GivenTenant();
        var (client, secret) = await tenant.GivenMachine();
        var path = $"{tenant.Clients}/{client}";
        var before = await product.Platform.Rest(HttpMethod.Get, path);

        var changed = await product.Lab.Patch(path, """{"name":"Renamed","redirectUris":["https://app.example/back"]}""", Tag(before));

        Assert.True(changed.Status == 200, changed.ToString());
        Assert.Equal(("Renamed", "https://app.example/back"), (changed.Json.GetProperty("name").GetString(), changed.Json.GetProperty("redirectUris")[0].GetString()));
        Assert.Equal(before.Json.GetProperty("principal").GetString(), changed.Json.GetProperty("principal").GetString());
        Assert.NotEqual(Tag(before), Tag(changed));
        Assert.Equal((changed.Text, Tag(changed)), await Seen(path));
        Assert.Equal(200, (await Ask(tenant, client, secret!)).Status);

        // What is not named stays.
        var named = await product.Lab.Patch(path, """{"name":"Once more"}""", Tag(changed));
        Assert.Equal("https://app.example/back", named.Json.GetProperty("redirectUris")[0].GetString());
        Assert.DoesNotContain(secret!, named.Text, StringComparison.Ordinal);

        var entry = (await product.Platform.AuditEvents(tenant.Tenant.Slug)).First(entry => entry.GetProperty("action").GetString() == "oauth-clients/change");
        Assert.Equal($"{tenant.Tenant.Slug}/{client}", entry.GetProperty("target").GetString());
        Assert.Contains("Once more", entry.GetProperty("changes").GetRawText(), StringComparison.Ordinal);

        // Its beginning and its end are on record with what it was.
        Assert.Equal(204, (await product.Platform.Rest(HttpMethod.Delete, path)).Status);
        var events = await product.Platform.AuditEvents(tenant.Tenant.Slug);
        Assert.Equal(client, events.First(one => one.GetProperty("action").GetString() == "oauth-clients/create").GetProperty("changes").GetProperty("id").GetProperty("after").GetString());
        Assert.Equal("Once more", events.First(one => one.GetProperty("action").GetString() == "oauth-clients/delete").GetProperty("changes").GetProperty("name").GetProperty("before").GetString());
        Assert.DoesNotContain(secret!, string.Concat(events.Select(one => one.GetRawText())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_come_back_to_the_new_redirect_URI_and_no_more_to_the_old_one()
    {
        var tenant = await product.GivenTenant();
        var (client, _) = await tenant.GivenClient(new { kind = "public", redirectUris = new[] { "https://old.example/back" } });
        var path = $"{tenant.Clients}/{client}";

        Assert.Equal(200, (await product.Lab.Patch(path, """{"redirectUris":["https://new.example/back"]}""", "*")).Status);

        Assert.Equal(["https://new.example/back"], (await product.Platform.Rest(HttpMethod.Get, path)).Json.GetProperty("redirectUris").EnumerateArray().Select(uri => uri.GetString()));
        Assert.NotEmpty(await tenant.GivenCode(client, ("redirect_uri", "https://new.example/back")));
        Assert.Equal(400, (await product.Platform.Get(new Uri(tenant.AuthorizeUrl(client, ("redirect_uri", "https://old.example/back"))))).Status);
    }

    [Theory]
    [InlineData("""{"name":"x"}""", null, 428)]
    [InlineData("""{"name":"x"}""", "\"0\"", 412)]
    [InlineData("""{"name":""}""", "*", 400)]
    [InlineData("""{"name":null}""", "*", 400)]
    [InlineData("""{"redirectUris":["http://app.example/"]}""", "*", 400)]
    [InlineData("""{"redirectUris":["https://user@app.example/"]}""", "*", 400)]
    [InlineData("""{"redirectUris":[]}""", "*", 400)]
    [InlineData("""{"redirectUris":null}""", "*", 400)]
    [InlineData("""{"principal":"svc_abc"}""", "*", 400)]
    [InlineData("""{"scopes":["tools:call"]}""", "*", 400)]
    [InlineData("""{"kind":"confidential"}""", "*", 400)]
    [InlineData("""{"secret":"mine"}""", "*", 400)]
    [Trait("Control", "IN-6")]
    public async Task A_change_that_is_not_valid_or_of_something_else_changes_nothing(string body, string? tag, int status)
    {
        var tenant = product.Lab;
        var (client, _) = await tenant.GivenClient();
        var path = $"{tenant.Clients}/{client}";
        var before = await Seen(path);

        Assert.Equal(status, (await product.Lab.Patch(path, body, tag)).Status);
        Assert.Equal(before, await Seen(path));
    }

    [Fact]
    public async Task A_client_of_another_tenant_is_not_there_to_be_changed()
    {
        var (mine, theirs) = (await product.GivenTenant(), await product.GivenTenant());
        var (client, _) = await theirs.GivenClient();

        Assert.Equal(404, (await product.Lab.Patch($"{mine.Clients}/{client}", """{"name":"x"}""", "*")).Status);
    }

    [Fact]
    public async Task Clients_are_paged_and_each_is_shown_once()
    {
        var tenant = await product.GivenTenant();
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await tenant.GivenClient()).Id);
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), await Paging.All(product.Platform, tenant.Clients, 2, client => client.GetProperty("id").GetString()!));
    }

    private static Task<Reply> Ask(OAuthTenantClient tenant, string client, string secret) =>
        tenant.Post("token", (client, secret), ("grant_type", "client_credentials"), ("resource", tenant.Resource));

    private async Task<(string Text, string Tag)> Seen(string path) => await product.Platform.Rest(HttpMethod.Get, path) is var reply ? (reply.Text, Tag(reply)) : default;

    private static string Tag(Reply reply) => reply.Header("ETag")!;

    private static (int Status, string? Error) Error(Reply reply) => (reply.Status, reply.Json.GetProperty("error").GetString());
}
