using System.Net;
using System.Text.Json.Nodes;

namespace Platform.Admin.Tests.Settings;

public sealed class SettingPagesTests
{
    private const string Path = "/tenants/acme/settings";

    [Fact]
    public async Task Settings_are_sent_as_a_patch_of_the_version_that_was_shown()
    {
        await using var console = await WithSettingsAsync();

        using var saved = await console.SubmitAsync(Path, "settings", ("displayName", "Acme Ltd"), ("allowedOrigins", "https://a.example\r\n\r\nhttps://b.example"), ("auditMode", "batched"), ("rateLimit.permitsPerMinute", "50"), ("rateLimit.burst", "5"));

        Assert.Equal(Path + "?done=saved", saved.Headers.Location!.ToString());
        Assert.Equal("PATCH /v1/tenants/acme", console.Management.Asked[^1]);
        Assert.Equal("\"7\"", console.Management.Headers["If-Match"]);
        Assert.StartsWith("application/merge-patch+json", console.Management.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"displayName":"Acme Ltd","allowedOrigins":["https://a.example","https://b.example"],"auditMode":"batched","rateLimit":{"permitsPerMinute":50,"burst":5}}"""),
            console.Management.Bodies[^1]), console.Management.Bodies[^1].ToJsonString());
    }

    [Fact]
    public async Task A_tenants_own_admin_is_not_offered_what_operators_answer_for()
    {
        await using var console = await WithSettingsAsync("acme");
        var page = await console.OpenAsync(Path);
        Assert.Null(page.QuerySelector("[name=auditMode]"));
        Assert.Null(page.QuerySelector("a[href$='/delete']"));

        using var saved = await console.SubmitAsync(Path, "settings", ("displayName", "Acme"), ("allowedOrigins", ""));

        Assert.Equal("""{"displayName":"Acme","allowedOrigins":[]}""", console.Management.Bodies[^1].ToJsonString());
    }

    [Fact]
    public async Task Limits_that_are_left_empty_are_the_platforms()
    {
        await using var console = await WithSettingsAsync();

        using var saved = await console.SubmitAsync(Path, "input-limits", ("inputLimits.maxDepth", "6"), ("inputLimits.maxItems", ""));

        Assert.Equal(Path + "?done=saved", saved.Headers.Location!.ToString());
        var limits = console.Management.Bodies[^1]["inputLimits"]!.AsObject();
        Assert.Equal((6, true, 8), ((int)limits["maxDepth"]!, limits["maxItems"] is null, limits.Count));
        using var refused = await console.SubmitAsync(Path, "input-limits", ("inputLimits.maxDepth", "many"));
        Assert.NotNull((await ConsoleApplication.ReadAsync(refused)).GetElementById("f-inputLimits-maxDepth-error"));
    }

    [Theory]
    [InlineData("key-policy", "maxLifeDays", "30", """{"maxLifeDays":30}""")]
    [InlineData("key-policy", "maxLifeDays", "", """{"maxLifeDays":null}""")]
    [InlineData("login-policy", "secondFactor", "everyone", """{"secondFactor":"everyone"}""")]
    [InlineData("guest-access", "enabled", "true", """{"enabled":true}""")]
    [InlineData("guest-access", "other", "", """{"enabled":false}""")]
    public async Task A_policy_is_saved_by_itself(string form, string field, string value, string sent)
    {
        await using var console = await WithSettingsAsync();

        using var saved = await console.SubmitAsync(Path, form, (field, value));

        Assert.Equal(Path + "?done=policy", saved.Headers.Location!.ToString());
        Assert.Equal($"PUT /v1/tenants/acme/{form}", console.Management.Asked[^1]);
        Assert.Equal(sent, console.Management.Bodies[^1].ToJsonString());
    }

    [Fact]
    [Trait("Control", "AL-2")]
    public async Task Retention_and_holds_are_kept_from_the_same_page()
    {
        await using var console = await WithSettingsAsync();
        Assert.Contains("case 7", (await console.OpenAsync(Path)).Body!.TextContent, StringComparison.Ordinal);

        using var kept = await console.SubmitAsync(Path, "retention", ("days", "365"));
        Assert.Equal(Path + "?done=retention", kept.Headers.Location!.ToString());
        using var held = await console.SubmitAsync(Path, "place-hold", ("reason", "case 8"));
        Assert.Equal(Path + "?done=held", held.Headers.Location!.ToString());
        using var released = await console.SubmitAsync(Path, "release-hold-" + FakeSettings.Hold);
        Assert.Equal("POST /v1/tenants/acme/audit-holds/hold0001:release", console.Management.Asked[^1]);
        using var unsaid = await console.SubmitAsync(Path, "place-hold", ("reason", " "));
        Assert.Contains("Say why.", (await ConsoleApplication.ReadAsync(unsaid)).GetElementById("f-reason-error")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("settings", "displayName", "x")]
    [InlineData("key-policy", "maxLifeDays", "30")]
    [InlineData("retention", "days", "365")]
    public async Task Whoever_was_not_first_is_told_so(string form, string field, string value)
    {
        await using var console = await WithSettingsAsync(stale: true);

        using var refused = await console.SubmitAsync(Path, form, (field, value), ("rateLimit.permitsPerMinute", "50"), ("rateLimit.burst", "5"));

        Assert.Equal(HttpStatusCode.PreconditionFailed, refused.StatusCode);
        Assert.Contains("Somebody changed this meanwhile", (await ConsoleApplication.ReadAsync(refused)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_comes_back_refused_is_still_made_for_the_version_that_was_shown()
    {
        await using var console = await WithSettingsAsync();
        var page = await console.OpenAsync(Path);
        console.Management.Tenants[0]["version"] = 8;

        using var refused = await console.SubmitAsync(page, Path, "settings", ("displayName", "Mine"), ("auditMode", "durable"), ("rateLimit.permitsPerMinute", "many"), ("rateLimit.burst", "5"));

        var again = (await ConsoleApplication.ReadAsync(refused)).QuerySelectorAll("form").Single(form => form.QuerySelector("[name=displayName]") is not null);
        Assert.Equal(("7", "Mine", "many"), (Value(again, "version"), Value(again, "displayName"), Value(again, "rateLimit.permitsPerMinute")));
    }

    [Theory]
    [InlineData("delete", "delete-tenant", "DELETE /v1/tenants/acme", "/tenants/acme")]
    [InlineData("purge", "purge-tenant", "POST /v1/tenants/acme:purge", "/operations/work/" + FakeOperations.Purge)]
    public async Task A_tenant_ends_only_by_its_name(string page, string form, string call, string next)
    {
        await using var console = await WithSettingsAsync();
        using var wrong = await console.SubmitAsync("/tenants/acme/" + page, form, ("confirm", "acne"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.DoesNotContain(call, console.Management.Asked);

        using var right = await console.SubmitAsync("/tenants/acme/" + page, form, ("confirm", "acme"), ("releaseSlug", "true"));

        Assert.Equal(next, right.Headers.Location!.ToString());
        Assert.Equal(call, console.Management.Asked[^1]);
    }

    [Fact]
    public async Task A_deleted_tenant_is_restored_from_its_overview()
    {
        await using var console = await WithSettingsAsync();
        console.Management.Tenants[0]["status"] = "deleted";
        console.Management.Tenants[0]["deletion"] = new JsonObject { ["at"] = "2026-11-20T10:00:00Z", ["by"] = "usr_admin", ["purgeAt"] = "2099-01-01T00:00:00Z", ["before"] = "active", ["isPurging"] = false };
        Assert.NotNull((await console.OpenAsync("/tenants/acme")).QuerySelector("a[href='/tenants/acme/purge']"));

        using var restored = await console.SubmitAsync("/tenants/acme", "restore-tenant");

        Assert.Equal("POST /v1/tenants/acme:restore", console.Management.Asked[^1]);
    }

    private static string? Value(AngleSharp.Dom.IElement form, string name) => form.QuerySelector($"[name='{name}']")!.GetAttribute("value");

    private static async Task<ConsoleApplication> WithSettingsAsync(string? tenant = null, bool stale = false)
    {
        var console = await ConsoleApplication.StartAsync();
        console.Management.TenantSlug = tenant;
        console.Management.Tenants.Add(FakeManagement.Tenant("acme", "Acme"));
        console.Management.Tenants[0]["version"] = 7;
        FakeSettings.In(console.Management).Stale = stale;
        using var signedIn = await console.SubmitAsync("/login", "login", ("tenant", tenant ?? ""), ("user", "admin"), ("password", FakeManagement.Password));
        Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);
        return console;
    }
}
