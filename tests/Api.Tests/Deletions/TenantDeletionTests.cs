using System.IO.Compression;
using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Api.Tests.OAuth;
using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Deletions;

/// <summary>The end of a tenant as operators bring it about over REST, and as its clients meet it.</summary>
[Collection(OAuthTests.Name)]
public sealed class TenantDeletionTests(OAuthProduct product)
{
    private static readonly TimeSpan Effective = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Purging = TimeSpan.FromSeconds(60);

    [Fact, Trait("Control", "AZ-6")]
    public async Task A_deleted_tenant_serves_nobody_and_a_restored_one_serves_as_before()
    {
        var tenant = await product.GivenTenant();
        var slug = tenant.Tenant.Slug;
        var (client, _) = await tenant.GivenClient();
        var tokens = await tenant.GivenTokens(client);
        var (access, refresh) = (tokens.GetProperty("access_token").GetString()!, tokens.GetProperty("refresh_token").GetString()!);
        var manager = await Manager(slug);
        var session = (await SignIn(slug)).Json.GetProperty("token").GetString()!;

        var deleted = await Delete(slug);

        Assert.Equal(202, deleted.Status);
        Assert.Equal(5, deleted.Json.GetProperty("consequences").GetArrayLength());
        Assert.Equal("waiting", deleted.Json.GetProperty("operation").GetProperty("state").GetString());
        Assert.Equal($"/v1/operations/{deleted.Json.GetProperty("operation").GetProperty("id").GetString()}", deleted.Header("Operation-Location"));
        Assert.Equal(403, (await Wire.Until(() => tenant.Tenant.CallTool(), 403, Effective)).Status);
        Assert.Equal(403, (await Wire.Until(() => tenant.Call(access), 403, Effective)).Status);
        Assert.Equal(403, (await Rest(HttpMethod.Get, $"/v1/tenants/{slug}", manager)).Status);
        Assert.Equal(403, (await Rest(HttpMethod.Get, "/v1/sessions/current", session)).Status);
        Assert.InRange((await SignIn(slug)).Status, 400, 403);
        Assert.InRange((await tenant.Refresh(client, refresh)).Status, 400, 404);

        var restored = await Rest(HttpMethod.Post, $"/v1/tenants/{slug}:restore");

        Assert.Equal((200, "active"), (restored.Status, restored.Json.GetProperty("status").GetString()));
        Assert.Equal(200, (await Wire.Until(() => tenant.Tenant.CallTool(), 200, Effective)).Status);
        Assert.Equal(200, (await Wire.Until(() => tenant.Call(access), 200, Effective)).Status);
        Assert.Equal(200, (await Rest(HttpMethod.Get, $"/v1/tenants/{slug}", manager)).Status);
        Assert.Equal(200, (await tenant.Refresh(client, refresh)).Status);
        Assert.Equal("cancelled", (await Rest(HttpMethod.Get, deleted.Header("Operation-Location")!)).Json.GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_purged_tenant_is_gone_with_all_it_had_and_a_signed_record_says_so()
    {
        var (tenant, other) = (await product.GivenTenant(), await product.GivenTenant());
        var slug = tenant.Tenant.Slug;
        var (client, _) = await tenant.GivenClient();
        await tenant.GivenTokens(client);
        await tenant.Tenant.CallTool("memory_set", new { key = "a", value = "secret of theirs" });
        await other.Tenant.CallTool("memory_set", new { key = "a", value = "kept" });
        var id = (await Rest(HttpMethod.Get, $"/v1/tenants/{slug}")).Json.GetProperty("id").GetString()!;
        await Delete(slug);
        Assert.Contains((await Rest(HttpMethod.Get, "/v1/operations?state=waiting&pageSize=200")).Json.GetProperty("items").EnumerateArray(), item => item.GetProperty("id").GetString() == $"purge-{id}");

        var begun = await Purge(slug, slug);
        Assert.Equal(202, begun.Status);
        product.Clock.Advance(TimeSpan.FromMinutes(1));
        await Finished(begun.Header("Operation-Location")!);

        Assert.Equal(404, (await Rest(HttpMethod.Get, $"/v1/tenants/{slug}")).Status);
        Assert.Equal(404, (await Wire.Until(() => tenant.Tenant.CallTool(), 404, Effective)).Status);
        Assert.Equal(401, (await other.Tenant.With(tenant.Tenant.Key).CallTool()).Status);
        Assert.Equal((409, "conflict"), (await product.Platform.Rest(HttpMethod.Post, "/v1/tenants", new { slug })) is var taken ? (taken.Status, taken.Json.GetProperty("code").GetString()) : default);
        Assert.Equal("kept", (await other.Tenant.CallTool("memory_get", new { key = "a" })).Result.GetProperty("content")[0].GetProperty("text").GetString());

        var answer = await Rest(HttpMethod.Get, $"/v1/deletion-records/{id}");
        var record = Verified(answer.Json);
        Assert.Equal((id, slug, false), (record.Tenant, record.Slug, record.SlugReleased));
        Assert.InRange(record.Removed.Single(things => things.Kind == "oauth").Count, 2, 100);
        Assert.Equal(1, record.Removed.Single(things => things.Kind == "rows/memory-resource").Count);
        Assert.DoesNotContain("secret of theirs", answer.Text, StringComparison.Ordinal);
        Assert.Contains((await Rest(HttpMethod.Get, "/v1/deletion-records?pageSize=200")).Json.GetProperty("items").EnumerateArray(), item => item.GetProperty("tenant").GetString() == id);
        Assert.Contains(await product.Platform.AuditEvents("_sys", 200), item => item.GetProperty("action").GetString() == "tenants/purged" && item.GetProperty("target").GetString() == $"{slug}/{id}");

        using var bundle = await product.Platform.Manage(HttpMethod.Get, $"/v1/deletion-records/{id}/audit:export");
        using var zip = new ZipArchive(await bundle.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        using var records = new StreamReader(zip.GetEntry(BundleManifest.RecordsFile)!.Open());
        Assert.Contains("tenants/delete", await records.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "IR-2")]
    public async Task Containment_that_was_planned_for_a_purged_tenant_stops_nothing_and_reaches_nobody_who_has_its_slug_now()
    {
        var (gone, other) = (await product.GivenTenant(), await product.GivenTenant());
        var slug = gone.Tenant.Slug;
        await Delete(slug);
        var (first, second) = (await Incident(), await Incident());
        foreach (var incident in new[] { first, second })
        {
            Assert.Equal("failed", Step(await Contain(incident, new { tenant = slug, readOnly = true })));
        }

        var begun = await Purge(slug, slug, release: true);
        product.Clock.Advance(TimeSpan.FromMinutes(1));
        await Finished(begun.Header("Operation-Location")!);

        Assert.Equal("done", Step(await Contain(first, new { tenant = other.Tenant.Slug, readOnly = true })));
        Assert.Equal("done", Step(await Contain(first, new { })));
        Assert.Equal(201, (await product.Platform.Rest(HttpMethod.Post, "/v1/tenants", new { slug })).Status);
        Assert.Equal("failed not-found", Step(await Contain(second, new { })));
        Assert.False((await Rest(HttpMethod.Get, $"/v1/tenants/{slug}")).Json.TryGetProperty("readOnly", out _));
        Assert.Equal("done", Step(await Contain(second, new { tenant = slug, readOnly = true })));
        Assert.True((await Rest(HttpMethod.Get, $"/v1/tenants/{slug}")).Json.TryGetProperty("readOnly", out _));

        static string Step(Reply reply) => reply.Json.GetProperty("steps").EnumerateArray().Single() is var step && step.TryGetProperty("problem", out var problem) && problem.GetString() == "not-found"
            ? "failed not-found"
            : step.GetProperty("outcome").GetString()!;

        async Task<string> Incident() => (await product.Platform.Rest(HttpMethod.Post, "/v1/platform/incidents", new { title = "Drill" })).Json.GetProperty("id").GetString()!;

        Task<Reply> Contain(string incident, object body) => product.Platform.Rest(HttpMethod.Post, $"/v1/platform/incidents/{incident}:contain", body);
    }

    [Fact]
    public async Task A_deletion_names_the_version_that_it_means()
    {
        var slug = (await product.GivenTenant()).Tenant.Slug;

        Assert.Equal((428, "precondition-required"), Problem(await Delete(slug, null)));
        Assert.Equal((412, "precondition-failed"), Problem(await Delete(slug, "\"999\"")));
        var stale = (await Rest(HttpMethod.Get, $"/v1/tenants/{slug}")).Header("ETag")!;
        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{slug}:makeReadOnly", new { });
        Assert.Equal(412, (await Delete(slug, stale)).Status);
        Assert.Equal("active", (await Rest(HttpMethod.Get, $"/v1/tenants/{slug}")).Json.GetProperty("status").GetString());
        Assert.Equal(202, (await Delete(slug)).Status);
    }

    [Fact, Trait("Control", "AZ-3")]
    public async Task A_tenants_own_admin_neither_deletes_nor_restores_nor_purges()
    {
        var slug = (await product.GivenTenant()).Tenant.Slug;
        var manager = await Manager(slug);

        Assert.Equal(403, (await Delete(slug, "*", manager)).Status);
        Assert.Equal(403, (await Purge(slug, slug, manager)).Status);
        Assert.Equal(403, (await Rest(HttpMethod.Get, "/v1/operations", manager)).Status);
        await Delete(slug);
        Assert.Equal(403, (await Rest(HttpMethod.Post, $"/v1/tenants/{slug}:restore", manager)).Status);
        Assert.Equal(403, (await Purge(slug, slug, manager)).Status);
        Assert.Equal("deleted", (await Rest(HttpMethod.Get, $"/v1/tenants/{slug}")).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_purge_takes_two_steps_and_the_name()
    {
        var (slug, other) = ((await product.GivenTenant()).Tenant.Slug, (await product.GivenTenant()).Tenant.Slug);

        Assert.Equal((409, "conflict"), Problem(await Purge(slug, slug)));
        await Delete(slug);
        Assert.Equal((400, "invalid-params"), Problem(await Purge(slug, other)));
        Assert.Equal(400, (await Purge(slug, "")).Status);
        Assert.Equal((409, "conflict"), Problem(await Delete(slug)));
        Assert.Equal(200, (await Rest(HttpMethod.Post, $"/v1/tenants/{slug}:restore")).Status);
    }

    [Fact]
    public async Task Nothing_of_a_deleted_tenant_is_changed_by_operators_either()
    {
        var slug = (await product.GivenTenant()).Tenant.Slug;
        await Delete(slug);

        Assert.Equal((409, "conflict"), Problem(await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{slug}/keys", new { name = "late", roles = new[] { "user" } })));
        Assert.Equal((409, "conflict"), Problem(await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{slug}:suspend", new { })));
        Assert.Equal((409, "conflict"), Problem(await Rest(HttpMethod.Post, $"/v1/tenants/{slug}:resume")));
        Assert.Equal((409, "conflict"), Problem(await Rest(HttpMethod.Post, $"/v1/tenants/{slug}:makeWritable")));
    }

    [Theory]
    [InlineData("/v1/operations/purge-aaaaaaaaaaaaaaaa")]
    [InlineData("/v1/operations/purge-_sys")]
    [InlineData("/v1/operations/export")]
    [InlineData("/v1/deletion-records/aaaaaaaaaaaaaaaa")]
    [InlineData("/v1/deletion-records/_sys")]
    [InlineData("/v1/deletion-records/_sys/audit:export")]
    public async Task What_is_not_there_is_not_found(string path) => Assert.Equal((404, "not-found"), Problem(await Rest(HttpMethod.Get, path)));

    [Theory]
    [InlineData("state=Running")]
    [InlineData("state=1")]
    [InlineData("pageToken=X3N5cw")]
    [InlineData("pageSize=201")]
    public async Task A_list_of_operations_takes_what_it_says_and_nothing_else(string query) => Assert.Equal((400, "invalid-params"), Problem(await Rest(HttpMethod.Get, $"/v1/operations?{query}")));

    [Fact, Trait("Control", "AL-4")]
    public async Task The_trail_of_a_tenant_that_is_not_purged_is_no_deletion_records()
    {
        var tenant = await Rest(HttpMethod.Get, $"/v1/tenants/{product.Lab.Tenant.Slug}");

        Assert.Equal(404, (await Rest(HttpMethod.Get, $"/v1/deletion-records/{tenant.Json.GetProperty("id").GetString()}/audit:export")).Status);
    }

    private static (int, string?) Problem(Reply reply) => (reply.Status, reply.Json.GetProperty("code").GetString());

    private static DeletionRecord Verified(JsonElement answer)
    {
        Assert.True(AuditKeyChain.TryRead(answer.GetProperty("keys").EnumerateArray().Select(key => key.GetString()!), out var keys));
        Assert.True(AuditStatement.TryRead(answer.GetProperty("statement").GetString(), DeletionRecord.Type, out var statement));
        Assert.True(DeletionRecord.TryRead(statement.Payload, out var record));
        Assert.Null(keys.Check(statement, record.Purged, out _));
        return record;
    }

    private Task<Reply> Rest(HttpMethod method, string path, string? credential = null) => product.Platform.Rest(method, path, credential: credential);

    private Task<Reply> Purge(string slug, string confirm, string? credential = null, bool release = false) =>
        product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{slug}:purge", new { confirm, releaseSlug = release }, credential);

    private async Task<Reply> Delete(string slug) => await Delete(slug, (await Rest(HttpMethod.Get, $"/v1/tenants/{slug}")).Header("ETag"));

    private Task<Reply> Delete(string slug, string? ifMatch, string? credential = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Delete, new Uri(product.Platform.ManagementUrl, $"/v1/tenants/{slug}"));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {credential ?? product.Platform.AdminKey}");
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch is null ? [] : [ifMatch]);
        return product.Platform.Send(request);
    }

    private async Task<string> Manager(string slug)
    {
        var issued = await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{slug}/keys", new { name = "manager", roles = new[] { "admin" }, kind = "management" });
        var key = issued.Json.GetProperty("secret").GetString()!;

        // A clock that is moved makes nodes lapse that are told of new keys: they ask by themselves a second later.
        Assert.Equal(200, (await Wire.Until(() => Rest(HttpMethod.Get, $"/v1/tenants/{slug}", key), 200, Effective)).Status);
        return key;
    }

    private Task<Reply> SignIn(string slug) => product.Platform.Rest(HttpMethod.Post, "/v1/sessions", new { tenant = slug, user = "alice", password = OAuthProduct.Password }, "");

    private async Task Finished(string operation)
    {
        var started = TimeProvider.System.GetTimestamp();
        JsonElement seen;
        do
        {
            await Task.Delay(200, TestContext.Current.CancellationToken);
            seen = (await Rest(HttpMethod.Get, operation)).Json;
        }
        while (seen.GetProperty("state").GetString() != "succeeded" && TimeProvider.System.GetElapsedTime(started) < Purging);
        Assert.True(seen.GetProperty("state").GetString() == "succeeded", seen.ToString());
    }
}
