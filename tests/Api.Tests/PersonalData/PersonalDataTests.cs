using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Api.Tests.OAuth;
using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.PersonalData;

/// <summary>Export and erasure as people, administrators and strangers meet them over REST. Alice is a user of each tenant with a password; Boss administers it.</summary>
[Collection(OAuthTests.Name)]
public sealed class PersonalDataTests(OAuthProduct product)
{
    private const string Alice = "usr_alice";

    private static readonly TimeSpan Effective = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Working = TimeSpan.FromSeconds(180);

    [Fact]
    [Trait("Control", "AL-3")]
    public async Task An_erased_person_is_let_in_nowhere_and_a_signed_record_says_so()
    {
        var tenant = await product.GivenTenant();
        var slug = tenant.Tenant.Slug;
        var (client, _) = await tenant.GivenClient();
        var code = await tenant.GivenCode(client);
        var tokens = await tenant.GivenTokens(client);
        var (access, refresh) = (tokens.GetProperty("access_token").GetString()!, tokens.GetProperty("refresh_token").GetString()!);
        var session = await SignedIn(slug);
        var invitation = (await Rest(HttpMethod.Post, $"/v1/tenants/{slug}/principals/{Alice}:issueInvitation", new { })).Json.GetProperty("secret").GetString()!;
        Assert.Equal(200, (await tenant.Call(access)).Status);

        var erased = await Erase(slug, Alice);

        Assert.Equal(202, erased.Status);
        Assert.Equal(4, erased.Json.GetProperty("consequences").GetArrayLength());
        Assert.Equal(401, (await Rest(HttpMethod.Get, "/v1/sessions/current", credential: session)).Status);
        Assert.Equal(401, (await SignIn(slug)).Status);
        Assert.InRange((await tenant.Refresh(client, refresh)).Status, 400, 401);
        Assert.InRange((await tenant.Exchange(client, code)).Status, 400, 401);
        Assert.Equal(401, (await Wire.Until(() => tenant.Call(access), 401, Effective)).Status);
        Assert.InRange((await Rest(HttpMethod.Post, "/v1/sessions:acceptInvitation", new { tenant = slug, user = "alice", secret = invitation, password = OAuthProduct.Password }, "")).Status, 400, 401);
        Assert.Equal(404, (await Rest(HttpMethod.Get, $"/v1/tenants/{slug}/principals/{Alice}")).Status);
        Assert.Equal(409, (await Rest(HttpMethod.Post, $"/v1/tenants/{slug}/principals", new { kind = "user", name = "alice", displayName = "Another" })).Status);

        product.Clock.Advance(TimeSpan.FromMinutes(1));
        await Finished(erased.Header("Operation-Location")!);

        var answer = await Rest(HttpMethod.Get, $"/v1/tenants/{slug}/erasure-records/{Alice}");
        var record = Verified(answer.Json);
        Assert.Equal((tenant.Id.ToString(), Alice), (record.Tenant, record.Principal));
        Assert.InRange(record.Removed.Single(things => things.Kind == "oauth-grants").Count, 3, 20);
        Assert.Equal(1, record.Removed.Single(things => things.Kind == "sessions").Count);
        Assert.Equal([Alice], (await Rest(HttpMethod.Get, $"/v1/tenants/{slug}/erasure-records")).Items().Select(item => item.GetProperty("principal").GetString()));
        Assert.Contains(await product.Platform.AuditEvents(slug, 100), item => item.GetProperty("action").GetString() == "principals/erased" && item.GetProperty("target").GetString() == Alice);

        // What it did stays on record, under the id alone.
        Assert.Contains(await product.Platform.AuditEvents(slug, 100), item => item.TryGetProperty("principal", out var who) && who.GetString() == Alice);
        Assert.Equal(202, (await Erase(slug, Alice)).Status);
        Assert.Equal(answer.Json.GetProperty("statement").GetString(), (await Rest(HttpMethod.Get, $"/v1/tenants/{slug}/erasure-records/{Alice}")).Json.GetProperty("statement").GetString());
    }

    [Fact]
    [Trait("Control", "AL-3")]
    public async Task A_person_has_a_copy_of_what_is_held_and_nothing_of_anybody_else()
    {
        var (tenant, other) = (await product.GivenTenant(), await product.GivenTenant());
        var slug = tenant.Tenant.Slug;
        var (client, _) = await tenant.GivenClient();
        var tokens = await tenant.GivenTokens(client);
        await tenant.Call(tokens.GetProperty("access_token").GetString()!);
        await product.Platform.GivenUser(slug, "bob");
        var session = await SignedIn(slug);

        var begun = await Rest(HttpMethod.Post, "/v1/sessions/current:exportData", credential: session);
        Assert.Equal((202, "/v1/sessions/current/personal-data"), (begun.Status, begun.Header("Operation-Location")));
        var file = await Wire.Until(() => Rest(HttpMethod.Get, "/v1/sessions/current/personal-data", credential: session), 200, Working);

        Assert.Equal(200, file.Status);
        Assert.Contains("attachment", file.Header("Content-Disposition"), StringComparison.Ordinal);
        Assert.Equal(Alice, file.Json.GetProperty("principal").GetString());
        var held = file.Json.GetProperty("held");
        Assert.Equal("Alice", held.GetProperty("principal").GetProperty("displayName").GetString());
        Assert.Contains(held.GetProperty("oauth-grants").EnumerateArray(), grant => grant.GetProperty("client").GetString() == client);
        Assert.Single(held.GetProperty("sessions").EnumerateArray());
        var events = file.Json.GetProperty("auditEvents").EnumerateArray().ToArray();
        Assert.Contains(events, item => item.GetProperty("action").GetString() == "tools/list");
        Assert.All(events, item => Assert.Equal(Alice, item.GetProperty("principal").GetString()));
        foreach (var absent in new[] { tokens.GetProperty("access_token").GetString()!, tokens.GetProperty("refresh_token").GetString()!, session, session[^43..], "usr_bob", other.Id.ToString(), other.Tenant.Slug })
        {
            Assert.DoesNotContain(absent, file.Text, StringComparison.Ordinal);
        }
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task An_operator_of_the_same_name_is_somebody_else()
    {
        var tenant = await product.GivenTenant();
        var slug = tenant.Tenant.Slug;
        var name = "both" + Guid.NewGuid().ToString("N")[..10];
        await product.GivenUser(tenant.Id, $"usr_{name}");
        await product.Platform.GivenUser(null, name, "admin");
        var invited = await Rest(HttpMethod.Post, $"/v1/tenants/_sys/principals/usr_{name}:issueInvitation", new { });
        var theOperator = (await Rest(HttpMethod.Post, "/v1/sessions:acceptInvitation", new { user = name, secret = invited.Json.GetProperty("secret").GetString(), password = OAuthProduct.Password }, "")).Json.GetProperty("token").GetString()!;
        var issued = await Rest(HttpMethod.Post, $"/v1/tenants/{slug}/keys", new { name = "of an operator", roles = new[] { "admin" }, kind = "management" }, theOperator);
        Assert.Equal(201, issued.Status);
        Assert.Equal(201, (await Rest(HttpMethod.Post, $"/v1/tenants/{slug}/roles", new { name = "helpers", allow = new[] { "tools:call" } }, theOperator)).Status);
        var session = (await Rest(HttpMethod.Post, "/v1/sessions", new { tenant = slug, user = name, password = OAuthProduct.Password }, "")).Json.GetProperty("token").GetString()!;

        await Rest(HttpMethod.Post, "/v1/sessions/current:exportData", credential: session);
        var file = await Wire.Until(() => Rest(HttpMethod.Get, "/v1/sessions/current/personal-data", credential: session), 200, Working);

        Assert.Equal(200, file.Status);
        Assert.Empty(file.Json.GetProperty("held").GetProperty("issued-keys").EnumerateArray());
        Assert.Empty(file.Json.GetProperty("held").GetProperty("authored").EnumerateArray());
        Assert.DoesNotContain(file.Json.GetProperty("auditEvents").EnumerateArray(), item => item.GetProperty("action").GetString() is "keys/issue" or "roles/create");
        Assert.Equal(
            ["keys/issue", "roles/create"],
            (await Rest(HttpMethod.Get, $"/v1/tenants/{slug}/audit-events?principal=_sys/usr_{name}")).Items().Select(item => item.GetProperty("event").GetProperty("action").GetString()).Order(StringComparer.Ordinal));

        var erased = await Erase(slug, $"usr_{name}", theOperator);
        Assert.Equal(202, erased.Status);
        product.Clock.Advance(TimeSpan.FromMinutes(1));
        await Finished(erased.Header("Operation-Location")!);

        Assert.Equal($"_sys/usr_{name}", Verified((await Rest(HttpMethod.Get, $"/v1/tenants/{slug}/erasure-records/usr_{name}")).Json).AskedBy);
        Assert.Equal(200, (await Wire.Until(() => Rest(HttpMethod.Get, $"/v1/tenants/{slug}/principals", credential: issued.Json.GetProperty("secret").GetString()), 200, Effective)).Status);
        Assert.Equal(200, (await Rest(HttpMethod.Get, "/v1/tenants", credential: theOperator)).Status);
    }

    [Fact, Trait("Control", "AZ-3")]
    public async Task Who_lacks_the_permission_neither_exports_nor_erases_nor_downloads()
    {
        var tenant = await product.GivenTenant();
        var slug = tenant.Tenant.Slug;
        await product.Platform.GivenUser(slug, "bob");
        var session = await SignedIn(slug);
        var managesPeople = await Manager(slug, await tenant.Tenant.GivenRole(allow: ["principals:read", "principals:write", "sessions:write"]));
        await Exported(slug, Alice);

        foreach (var credential in new[] { session, managesPeople })
        {
            Assert.Equal(403, (await Rest(HttpMethod.Post, Path(slug, Alice, ":exportData"), credential: credential)).Status);
            Assert.Equal(403, (await Rest(HttpMethod.Post, Path(slug, "usr_bob", ":exportData"), credential: credential)).Status);
            Assert.Equal(403, (await Rest(HttpMethod.Get, Path(slug, Alice, "/personal-data"), credential: credential)).Status);
            Assert.Equal(403, (await Erase(slug, Alice, credential)).Status);
            Assert.Equal(403, (await Rest(HttpMethod.Get, $"/v1/operations/export-{tenant.Id}-{Alice}", credential: credential)).Status);
            Assert.Equal(403, (await Rest(HttpMethod.Get, $"/v1/tenants/{slug}/erasure-records", credential: credential)).Status);
        }

        Assert.Equal(200, (await Rest(HttpMethod.Get, $"/v1/tenants/{slug}/principals/{Alice}")).Status);
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task Another_tenants_admin_finds_nobody()
    {
        var (tenant, other) = (await product.GivenTenant(), await product.GivenTenant());
        var slug = tenant.Tenant.Slug;
        var stranger = await Manager(other.Tenant.Slug, "admin");
        var mine = await Manager(slug, "admin");
        await Exported(slug, Alice);

        Assert.Equal(404, (await Rest(HttpMethod.Post, Path(slug, Alice, ":exportData"), credential: stranger)).Status);
        Assert.Equal(404, (await Rest(HttpMethod.Get, Path(slug, Alice, "/personal-data"), credential: stranger)).Status);
        Assert.Equal(404, (await Erase(slug, Alice, stranger)).Status);
        Assert.Equal(404, (await Rest(HttpMethod.Get, $"/v1/operations/export-{tenant.Id}-{Alice}", credential: stranger)).Status);

        // The other tenant's Alice has an export of her own, or none.
        Assert.Equal(404, (await Rest(HttpMethod.Get, Path(other.Tenant.Slug, Alice, "/personal-data"), credential: stranger)).Status);
        Assert.Equal(404, (await Rest(HttpMethod.Get, "/v1/sessions/current/personal-data", credential: await SignedIn(other.Tenant.Slug))).Status);
        Assert.Equal(200, (await Rest(HttpMethod.Get, $"/v1/operations/export-{tenant.Id}-{Alice}", credential: mine)).Status);
        Assert.Equal(200, (await Rest(HttpMethod.Get, Path(slug, Alice, "/personal-data"), credential: mine)).Status);
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task What_goes_on_with_a_tenants_people_is_listed_to_that_tenant()
    {
        var (slug, other) = ((await product.GivenTenant()).Tenant.Slug, (await product.GivenTenant()).Tenant.Slug);
        await product.Platform.GivenUser(slug, "bob");
        await Exported(slug, Alice);
        await Exported(slug, "usr_bob");
        await Finished((await Erase(slug, "usr_bob")).Header("Operation-Location")!);

        var all = await Paging.All(product.Platform, $"/v1/tenants/{slug}/operations", 1, operation => $"{operation.GetProperty("kind").GetString()} {operation.GetProperty("target").GetString()}");

        // What was exported of somebody goes with the erasure.
        Assert.Equal(["principals/erase usr_bob", $"principals/export-data {Alice}"], all);
        var manager = await Manager(slug, "admin");
        Assert.Equal(2, (await Rest(HttpMethod.Get, $"/v1/tenants/{slug}/operations?filter=state%3Dsucceeded", credential: manager)).Items().Length);
        Assert.Empty((await Rest(HttpMethod.Get, $"/v1/tenants/{slug}/operations?state=running", credential: manager)).Items());
        Assert.Equal(404, (await Rest(HttpMethod.Get, $"/v1/tenants/{slug}/operations", credential: await Manager(other, "admin"))).Status);
        Assert.Empty((await Rest(HttpMethod.Get, $"/v1/tenants/{other}/operations")).Items());
    }

    [Fact]
    public async Task A_tenant_that_is_read_only_exports_and_erases_nobody_and_what_was_exported_can_be_had()
    {
        var tenant = await product.GivenTenant();
        var slug = tenant.Tenant.Slug;
        var session = await SignedIn(slug);
        await Exported(slug, Alice);
        await Rest(HttpMethod.Post, $"/v1/tenants/{slug}:makeReadOnly", new { });

        Assert.Equal((403, "tenant-read-only"), Problem(await Rest(HttpMethod.Post, Path(slug, Alice, ":exportData"))));
        Assert.Equal((403, "tenant-read-only"), Problem(await Rest(HttpMethod.Post, "/v1/sessions/current:exportData", credential: session)));
        Assert.Equal((403, "tenant-read-only"), Problem(await Erase(slug, Alice)));
        Assert.Equal(200, (await Rest(HttpMethod.Get, Path(slug, Alice, "/personal-data"))).Status);
        Assert.Equal(200, (await Rest(HttpMethod.Get, "/v1/sessions/current/personal-data", credential: session)).Status);
    }

    [Fact]
    public async Task The_last_admin_is_refused_plainly()
    {
        var tenant = await product.GivenTenant();
        var slug = tenant.Tenant.Slug;
        await product.Platform.GivenUser(slug, "boss", "admin");
        await Rest(HttpMethod.Post, $"/v1/tenants/{slug}/principals/svc_{tenant.Tenant.KeyId}:setRoles", new { roles = Array.Empty<string>() });

        var last = await Erase(slug, "usr_boss");

        Assert.Equal((409, "conflict"), Problem(last));
        Assert.Contains("last active admin", last.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await Rest(HttpMethod.Get, $"/v1/operations/erase-{tenant.Id}-usr_boss")).Status);
        Assert.Equal(200, (await Rest(HttpMethod.Get, $"/v1/tenants/{slug}/principals/usr_boss")).Status);
    }

    [Fact]
    public async Task A_service_is_no_person_and_a_name_must_be_written_twice()
    {
        var tenant = await product.GivenTenant();
        var slug = tenant.Tenant.Slug;
        var service = $"svc_{tenant.Tenant.KeyId}";

        Assert.Equal((409, "conflict"), Problem(await Erase(slug, service)));
        Assert.Equal((409, "conflict"), Problem(await Rest(HttpMethod.Post, Path(slug, service, ":exportData"))));
        Assert.Equal((404, "not-found"), Problem(await Erase(slug, "usr_nobody")));
        Assert.Equal((400, "invalid-params"), Problem(await Rest(HttpMethod.Post, Path(slug, Alice, ":erase"), new { confirm = "usr_bob" })));
        Assert.Equal(400, (await Rest(HttpMethod.Post, Path(slug, Alice, ":erase"), new { })).Status);
        Assert.Equal(200, (await tenant.Tenant.CallTool()).Status);
    }

    [Fact, Trait("Control", "AZ-3")]
    public async Task An_operator_who_erases_tenants_people_erases_no_operator()
    {
        var name = "op" + Guid.NewGuid().ToString("N")[..10];
        await product.Platform.GivenUser(null, name);
        var (privacy, _) = await product.Platform.GivenOperator("personal-data:*", "operations:read");
        var (principals, _) = await product.Platform.GivenOperator("platform-principals:*");

        Assert.Equal(403, (await Erase("_sys", $"usr_{name}", privacy)).Status);
        Assert.Equal(403, (await Rest(HttpMethod.Post, Path("_sys", $"usr_{name}", ":exportData"), credential: privacy)).Status);
        Assert.Equal(403, (await Erase("_sys", $"usr_{name}", principals)).Status);

        var (allowed, _) = await product.Platform.GivenOperator("platform-personal-data:*", "operations:read");
        Assert.Equal(202, (await Rest(HttpMethod.Post, Path("_sys", $"usr_{name}", ":exportData"), credential: allowed)).Status);
        Assert.Equal(202, (await Erase("_sys", $"usr_{name}", allowed)).Status);
        Assert.Equal(404, (await Rest(HttpMethod.Get, $"/v1/platform/principals/usr_{name}")).Status);

        var listed = await Paging.All(product.Platform, "/v1/operations", 1, operation => operation.GetProperty("id").GetString()!);
        Assert.Contains($"erase-_sys-usr_{name}", listed);
        Assert.Contains($"export-_sys-usr_{name}", listed);
        Assert.Equal(listed.Order(StringComparer.Ordinal), listed);
    }

    [Theory]
    [InlineData("/v1/operations/erase-aaaaaaaaaaaaaaaa-usr_alice")]
    [InlineData("/v1/operations/export-aaaaaaaaaaaaaaaa-usr_alice")]
    [InlineData("/v1/operations/erase-aaaaaaaaaaaaaaaa")]
    [InlineData("/v1/operations/erase-aaaaaaaaaaaaaaaa-")]
    [InlineData("/v1/operations/erase--usr_alice")]
    public async Task What_is_not_there_is_not_found(string path) => Assert.Equal((404, "not-found"), Problem(await Rest(HttpMethod.Get, path)));

    private static (int, string?) Problem(Reply reply) => (reply.Status, reply.Json.GetProperty("code").GetString());

    private static string Path(string slug, string principal, string action) => $"/v1/tenants/{slug}/principals/{principal}{action}";

    private static ErasureRecord Verified(JsonElement answer)
    {
        Assert.True(AuditKeyChain.TryRead(answer.GetProperty("keys").EnumerateArray().Select(key => key.GetString()!), out var keys));
        Assert.True(AuditStatement.TryRead(answer.GetProperty("statement").GetString(), ErasureRecord.Type, out var statement));
        Assert.True(ErasureRecord.TryRead(statement.Payload, out var record));
        Assert.Null(keys.Check(statement, record.Erased, out _));
        return record;
    }

    private Task<Reply> Rest(HttpMethod method, string path, object? body = null, string? credential = null) => product.Platform.Rest(method, path, body, credential);

    private Task<Reply> Erase(string slug, string principal, string? credential = null) => Rest(HttpMethod.Post, Path(slug, principal, ":erase"), new { confirm = principal }, credential);

    private Task<Reply> SignIn(string slug) => Rest(HttpMethod.Post, "/v1/sessions", new { tenant = slug, user = "alice", password = OAuthProduct.Password }, "");

    private async Task<string> SignedIn(string slug) => (await SignIn(slug)).Json.GetProperty("token").GetString()!;

    private async Task Exported(string slug, string principal) => await Finished((await Rest(HttpMethod.Post, Path(slug, principal, ":exportData"))).Header("Operation-Location")!);

    private async Task<string> Manager(string slug, string role)
    {
        var issued = await Rest(HttpMethod.Post, $"/v1/tenants/{slug}/keys", new { name = "manager", roles = new[] { role }, kind = "management" });
        var key = issued.Json.GetProperty("secret").GetString()!;

        // A clock that is moved makes nodes lapse that are told of new keys: they ask by themselves a second later.
        await Wire.Until(() => Rest(HttpMethod.Get, $"/v1/tenants/{slug}/principals", credential: key), 200, Effective);
        return key;
    }

    private async Task Finished(string operation)
    {
        var started = TimeProvider.System.GetTimestamp();
        JsonElement seen;
        do
        {
            await Task.Delay(200, TestContext.Current.CancellationToken);
            seen = (await Rest(HttpMethod.Get, operation)).Json;
        }
        while (seen.GetProperty("state").GetString() != "succeeded" && TimeProvider.System.GetElapsedTime(started) < Working);
        Assert.True(seen.GetProperty("state").GetString() == "succeeded", seen.ToString());
    }
}
