using System.Net;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Platform.Admin.Tests.Keys;

public sealed class KeyPagesTests
{
    private static readonly (string, string)[] Form = [("name", "invoice agent"), ("roles", "service"), ("roles", "user"), ("expires", "90d")];

    [Fact]
    [Trait("Control", "AU-7")]
    public async Task A_new_keys_secret_is_shown_once_and_never_stored_by_the_browser()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.SubmitAsync("/tenants/acme/keys/new", "new-key", Form);
        var html = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Contains(FakeManagement.Secret, html, StringComparison.Ordinal);
        Assert.False(response.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(cookie => cookie.Contains(FakeManagement.Secret, StringComparison.Ordinal)));
        Assert.All(
            ["/tenants/acme/keys/new", "/tenants/acme/keys", "/tenants/acme", "/tenants/acme/keys/k0000001/revoke"],
            path => Assert.DoesNotContain(FakeManagement.Secret, console.GetAsync(path).Result.Content.ReadAsStringAsync().Result, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Control", "AU-7")]
    public async Task Reloading_the_reveal_issues_no_second_key_and_shows_no_secret()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var page = await console.OpenAsync("/tenants/acme/keys/new");
        using var first = await console.SubmitAsync(page, "/tenants/acme/keys/new", "new-key", Form);
        using var second = await console.SubmitAsync(page, "/tenants/acme/keys/new", "new-key", Form);
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.DoesNotContain(FakeManagement.Secret, await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(console.Management.Keys);
    }

    [Fact]
    public async Task The_reveal_is_gated_and_has_snippets_with_the_secret()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.SubmitAsync("/tenants/acme/keys/new", "new-key", Form);
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.NotNull(page.QuerySelector("input.gate-box[type=checkbox]"));
        Assert.NotNull(page.QuerySelector(".gate a.gate-link[href='/tenants/acme/keys']"));
        Assert.Equal(6, page.QuerySelectorAll("pre").Count(block => block.TextContent.Contains(FakeManagement.Secret, StringComparison.Ordinal)));
        Assert.Equal(5, page.QuerySelectorAll("pre").Count(block => block.TextContent.Contains("https://mcp.example.com/t/acme/mcp", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_form_becomes_the_command()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.SubmitAsync("/tenants/acme/keys/new", "new-key", [.. Form, ("rateLimit.permitsPerMinute", "600"), ("rateLimit.burst", "50")]);
        var body = console.Management.Bodies[^1];
        Assert.Equal("invoice agent", (string?)body["name"]);
        Assert.Equal(["service", "user"], body["roles"]!.AsArray().Select(role => (string?)role));
        Assert.InRange(DateTimeOffset.Parse((string)body["expiresAt"]!), DateTimeOffset.UtcNow.AddDays(89), DateTimeOffset.UtcNow.AddDays(91));
        Assert.Equal(600, (int?)body["rateLimit"]!["permitsPerMinute"]);
    }

    [Fact]
    [Trait("Control", "AU-3")]
    public async Task A_key_is_narrowed_to_permissions_and_addresses_one_on_each_line()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.SubmitAsync("/tenants/acme/keys/new", "new-key", [.. Form, ("scopes", "tools:call:memory_*\r\n\r\n  tools:list \r\n"), ("allowedAddresses", "192.0.2.7")]);
        var body = console.Management.Bodies[^1];
        Assert.Equal(["tools:call:memory_*", "tools:list"], body["scopes"]!.AsArray().Select(scope => (string?)scope));
        Assert.Equal(["192.0.2.7"], body["allowedAddresses"]!.AsArray().Select(address => (string?)address));
    }

    [Fact]
    public async Task What_is_left_empty_does_not_narrow_the_key_to_nothing()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.SubmitAsync("/tenants/acme/keys/new", "new-key", [.. Form, ("scopes", " \r\n"), ("allowedAddresses", "")]);
        var body = console.Management.Bodies[^1];
        Assert.Null(body["scopes"]);
        Assert.Null(body["allowedAddresses"]);
    }

    [Fact]
    public async Task A_line_that_REST_refuses_is_told_at_its_field()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.More.Add((method, path, _) => method == "POST" && path is [.., "keys"] ? FakeAnswer.Invalid("allowedAddresses[1]", "Write an address") : null);
        using var response = await console.SubmitAsync("/tenants/acme/keys/new", "new-key", [.. Form, ("allowedAddresses", "192.0.2.7\r\nnowhere")]);
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("true", page.QuerySelector("[name=allowedAddresses]")!.GetAttribute("aria-invalid"));
        Assert.Equal("192.0.2.7\nnowhere", page.QuerySelector("[name=allowedAddresses]")!.TextContent);
        Assert.Contains("Write an address", page.QuerySelector("#f-allowedAddresses-error")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("forever", "service", "Choose one of these.")]
    [InlineData("never", "", "Choose at least one role.")]
    public async Task A_form_that_makes_no_sense_issues_nothing(string expires, string role, string message)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.SubmitAsync("/tenants/acme/keys/new", "new-key", ("name", "x"), ("roles", role), ("expires", expires));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(message, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(console.Management.Keys);
    }

    [Fact]
    public async Task Revoking_asks_first_and_names_the_key()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Keys.Add(FakeManagement.Key("k1", "old laptop"));
        var page = await console.OpenAsync("/tenants/acme/keys/k1/revoke");
        Assert.Contains("old laptop", page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("active", (string?)console.Management.Keys[0]["status"]);
        using var response = await console.SubmitAsync(page, "/tenants/acme/keys/k1/revoke", "revoke");
        Assert.Equal("/tenants/acme/keys?revoked=k1", response.Headers.Location!.ToString());
        Assert.Equal("revoked", (string?)console.Management.Keys[0]["status"]);
    }

    [Fact]
    public async Task A_keys_page_has_all_that_REST_knows_of_it_and_what_can_be_done()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var key = FakeManagement.Key("k1", "invoice agent", "active", "2099-01-01T00:00:00Z", "2026-11-20T10:00:00Z", "service");
        (key["scopes"], key["allowedAddresses"], key["replaces"]) = (new JsonArray("tools:call:memory_*", "tools:read"), new JsonArray("192.0.2.0/24"), "k0");
        key["rateLimit"] = new JsonObject { ["permitsPerMinute"] = 600, ["burst"] = 50 };
        console.Management.Keys.Add(key);
        var list = await console.OpenAsync("/tenants/acme/keys");
        Assert.NotNull(list.QuerySelector("tbody a[href='/tenants/acme/keys/k1']"));

        var page = await console.OpenAsync("/tenants/acme/keys/k1");
        var text = page.QuerySelector("main")!.TextContent;
        Assert.All(["invoice agent", "mcpk_test_k1_…2345", "Active", "service", "tools:call:memory_*", "tools:read", "192.0.2.0/24", "600 / min, burst 50", "svc_k1", "usr_admin"], fact => Assert.Contains(fact, text, StringComparison.Ordinal));
        Assert.All(
            ["/tenants/acme/keys/k1/rotate", "/tenants/acme/keys/k1/revoke", "/tenants/acme/keys/k0", "/tenants/acme/members/svc_k1", "/tenants/acme/audit?principal=svc_k1", "/tenants/acme/limits?subject=key&named=k1"],
            address => Assert.NotNull(page.QuerySelector($"main a[href='{address}']")));
    }

    [Fact]
    public async Task A_rotated_key_says_what_follows_it_and_until_when_both_work()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var key = FakeManagement.Key("k1", "old laptop", "active", "2099-01-01T00:00:00Z");
        key["replacedBy"] = "k2";
        console.Management.Keys.AddRange([key, FakeManagement.Key("k3", "gone", "revoked")]);
        var page = await console.OpenAsync("/tenants/acme/keys/k1");
        Assert.NotNull(page.QuerySelector("main a[href='/tenants/acme/keys/k2']"));
        Assert.Contains("both work until", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("a[href$=rotate]"));
        Assert.NotNull(page.QuerySelector("a[href$=revoke]"));
        Assert.Empty((await console.OpenAsync("/tenants/acme/keys/k3")).QuerySelectorAll("a[href$=rotate], a[href$=revoke]"));
    }

    [Fact]
    public async Task The_list_is_searched_by_what_REST_can_find()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Keys.AddRange(Enumerable.Range(0, 60).Select(number => FakeManagement.Key($"k{number}", $"key {number}")));
        console.Management.Keys.Add(FakeManagement.Key("gone", "gone", "revoked"));
        var found = await console.OpenAsync("/tenants/acme/keys?name=+gon+&status=revoked&kind=mcp&principal=+svc_gone+");
        Assert.Contains("GET /v1/tenants/acme/keys?pageSize=40&name=gon&status=revoked&principal=svc_gone&kind=mcp", console.Management.Asked);
        Assert.Equal("gone", Assert.Single(found.QuerySelectorAll("tbody tr .strong")).TextContent);
        Assert.Contains("svc_gone", found.QuerySelector("tbody")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("usr_admin", found.QuerySelector("tbody")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("revoked", found.QuerySelector<IHtmlSelectElement>("select[name=status]")!.Value);
        Assert.Equal("svc_gone", found.QuerySelector<IHtmlInputElement>("input[name=principal]")!.Value);
        Assert.Equal("gon", found.QuerySelector<IHtmlInputElement>("input[name=name]")!.Value);

        Assert.Equal("/tenants/acme/keys?status=active&pageToken=40", (await console.OpenAsync("/tenants/acme/keys?status=active")).QuerySelector(".pager a:last-of-type")!.GetAttribute("href"));
        Assert.Contains("Nothing found", (await console.OpenAsync("/tenants/acme/keys?principal=svc_nobody")).QuerySelector(".empty")!.TextContent, StringComparison.Ordinal);
        _ = await console.OpenAsync("/tenants/acme/keys?status=made-up");
        Assert.Equal("GET /v1/tenants/acme/keys?pageSize=40", console.Management.Asked[^1]);
    }

    [Fact]
    public async Task All_can_be_chosen_at_once_by_who_may_revoke_and_has_JavaScript()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Keys.AddRange([FakeManagement.Key("k1", "old laptop"), FakeManagement.Key("k2", "older laptop")]);
        var all = (await console.OpenAsync("/tenants/acme/keys")).QuerySelector("form [data-pick-all]")!;
        Assert.True(all.HasAttribute("hidden"));
        Assert.False(all.QuerySelector("input")!.HasAttribute("name"));
        console.Management.Grants = ["keys:read"];
        Assert.Null((await console.OpenAsync("/tenants/acme/keys")).QuerySelector("[data-pick-all], tbody input"));
    }

    [Fact]
    public async Task The_list_pages_by_REST_token()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Keys.AddRange(Enumerable.Range(0, 60).Select(number => FakeManagement.Key($"k{number}", $"key {number}")));
        var first = await console.OpenAsync("/tenants/acme/keys");
        var next = first.QuerySelector(".pager a")!.GetAttribute("href")!;
        var second = await console.OpenAsync(next);
        Assert.Equal(40, first.QuerySelectorAll("tbody tr").Length);
        Assert.Equal(20, second.QuerySelectorAll("tbody tr").Length);
    }

    [Fact]
    [Trait("Control", "AU-7")]
    public async Task Rotating_names_the_overlap_and_shows_the_new_secret_once()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Keys.Add(FakeManagement.Key("k1", "old laptop"));
        var page = await console.OpenAsync("/tenants/acme/keys/k1/rotate");
        using var rotated = await console.SubmitAsync(page, "/tenants/acme/keys/k1/rotate", "rotate", ("overlapSeconds", "3600"));
        Assert.Contains(FakeManagement.Secret, await rotated.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(3600, (int?)console.Management.Bodies[^1]["overlapSeconds"]);

        using var again = await console.SubmitAsync(page, "/tenants/acme/keys/k1/rotate", "rotate", ("overlapSeconds", "3600"));
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.DoesNotContain(FakeManagement.Secret, await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_overlap_that_is_not_offered_is_told_at_its_field()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Keys.Add(FakeManagement.Key("k1", "old laptop"));
        using var refused = await console.SubmitAsync("/tenants/acme/keys/k1/rotate", "rotate", ("overlapSeconds", "-1"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("Choose one of these.", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_keys_are_revoked_after_one_confirmation_that_names_them()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Keys.AddRange([FakeManagement.Key("k1", "old laptop"), FakeManagement.Key("k2", "older laptop"), FakeManagement.Key("k3", "gone", "revoked")]);
        var list = await console.OpenAsync("/tenants/acme/keys");
        Assert.Equal(2, list.QuerySelectorAll("input[name=ids]").Length);
        var page = await console.OpenAsync("/tenants/acme/keys/-/revoke?ids=k1&ids=k2&ids=k3&ids=nokey&ids=..%2fx");
        Assert.Equal("Revoke these 2 keys?", page.QuerySelector("h1")!.TextContent.Trim());
        Assert.Equal(["old laptop", "older laptop"], page.QuerySelectorAll(".feed .strong").Select(name => name.TextContent));
        using var revoked = await console.SubmitAsync(page, "/tenants/acme/keys/-/revoke?ids=k1&ids=k2", "revoke-many");
        Assert.Equal("/tenants/acme/keys?revoked=k1&revoked=k2", revoked.Headers.Location!.ToString());
        Assert.InRange(list.QuerySelectorAll("th").Length, 1, 7);
        Assert.Contains("created", list.QuerySelector("tbody td .sub")!.TextContent, StringComparison.Ordinal);
        var kept = (await console.OpenAsync("/tenants/acme/keys?revoked=k1")).QuerySelector(".toast")!.TextContent;
        Assert.DoesNotContain("old laptop", kept, StringComparison.Ordinal);
        foreach (var key in console.Management.Keys)
        {
            key["status"] = "revoked";
        }

        var told = (await console.OpenAsync("/tenants/acme/keys?revoked=k1&revoked=k2")).QuerySelector(".toast")!.TextContent;
        Assert.Contains("2 keys revoked", told, StringComparison.Ordinal);
        Assert.Contains("“old laptop”", told, StringComparison.Ordinal);
        Assert.Contains("“older laptop” stop working", told, StringComparison.Ordinal);
        Assert.Equal(["k1", "k2"], console.Management.Bodies[^1]["ids"]!.AsArray().Select(id => (string?)id));
    }

    [Fact]
    public async Task A_batch_that_failed_in_part_says_which_keys_are_still_good()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Keys.AddRange([FakeManagement.Key("k1", "old laptop"), FakeManagement.Key("kept", "older laptop")]);
        using var revoked = await console.SubmitAsync("/tenants/acme/keys/-/revoke?ids=k1&ids=kept", "revoke-many");
        Assert.Equal(HttpStatusCode.Conflict, revoked.StatusCode);
        Assert.Contains("kept: unavailable", await revoked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
