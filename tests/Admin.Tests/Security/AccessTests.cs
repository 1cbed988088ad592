using System.Net;

namespace Platform.Admin.Tests.Security;

public sealed class AccessTests
{
    [Theory]
    [Trait("Control", "AU-6")]
    [InlineData("/")]
    [InlineData("/tenants")]
    [InlineData("/tenants/new")]
    [InlineData("/tenants/acme")]
    [InlineData("/tenants/acme/suspend")]
    [InlineData("/tenants/acme/keys")]
    [InlineData("/tenants/acme/keys/new")]
    [InlineData("/tenants/acme/keys/k1")]
    [InlineData("/tenants/acme/keys/k1/revoke")]
    [InlineData("/tenants/acme/audit")]
    [InlineData("/audit")]
    [InlineData("/account")]
    [InlineData("/account/authenticator")]
    [InlineData("/tenants/acme/sessions")]
    [InlineData("/no-such-page")]
    [InlineData("/tenants/acme/roles")]
    [InlineData("/tenants/acme/roles/own")]
    [InlineData("/tenants/acme/roles/-/new")]
    [InlineData("/tenants/acme/roles/-/test")]
    [InlineData("/tenants/acme/members")]
    [InlineData("/tenants/acme/members/new")]
    [InlineData("/tenants/acme/members/usr_p")]
    [InlineData("/roles")]
    [InlineData("/roles/own")]
    [InlineData("/roles/-/test")]
    [InlineData("/operators")]
    [InlineData("/operators/usr_p")]
    [InlineData("/sessions")]
    [InlineData("/management-keys")]
    [InlineData("/management-keys/new")]
    [InlineData("/tenants/acme/keys/k1/rotate")]
    [InlineData("/tenants/acme/keys/-/revoke")]
    [InlineData("/tenants/acme/signing-keys")]
    [InlineData("/tenants/acme/signing-keys/emergency")]
    [InlineData("/tenants/acme/alerts")]
    [InlineData("/tenants/acme/alerts/own/edit")]
    [InlineData("/alerts")]
    [InlineData("/tenants/acme/limits")]
    [InlineData("/tenants/acme/limits/edit")]
    [InlineData("/plans")]
    [InlineData("/tenants/acme/audit/live")]
    [InlineData("/tenants/acme/catalogue")]
    [InlineData("/tenants/acme/catalogue/tool?name=echo")]
    [InlineData("/tenants/acme/catalogue/prompt?name=sum")]
    [InlineData("/tenants/acme/catalogue/resource")]
    [InlineData("/tenants/acme/incidents")]
    [InlineData("/incidents")]
    [InlineData("/incidents/" + FakeIncidents.Id)]
    [InlineData("/tenants/acme/incidents/" + FakeIncidents.Id + "/contain")]
    [InlineData("/tenants/acme/resources")]
    [InlineData("/tenants/acme/resources/memory/Plan")]
    [InlineData("/tenants/acme/resources/memory/Plan/value")]
    [InlineData("/tenants/acme/resources/files")]
    [InlineData("/tenants/acme/resources/files/download?path=a.md")]
    [InlineData("/tenants/acme/resources/hosts")]
    [InlineData("/webhooks")]
    [InlineData("/tenants/acme/webhooks/" + FakeWebhooks.Id)]
    [InlineData("/tenants/acme/identity-providers/" + FakeProviders.Id + "/edit")]
    [InlineData("/tenants/acme/oauth-clients")]
    [InlineData("/tenants/acme/oauth-clients/client?id=" + FakeOAuthClients.Machine)]
    [InlineData("/tenants/acme/client-certificates")]
    [InlineData("/tenants/acme/client-certificates/" + FakeCertificates.One)]
    [InlineData("/operators/usr_p/elevate")]
    [InlineData("/sign-in-policy")]
    [InlineData("/tenants/acme/secrets")]
    [InlineData("/secrets")]
    [InlineData("/operations")]
    [InlineData("/palette?q=acme&tenant=acme")]
    public async Task Nobody_sees_a_page_without_a_session(string path)
    {
        await using var console = await ConsoleApplication.StartAsync();
        using var response = await console.GetAsync(path);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.StartsWith("/login", response.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Empty(console.Management.Asked);
    }

    [Theory]
    [Trait("Control", "AU-11")]
    [InlineData("/tenants/new", "new-tenant")]
    [InlineData("/tenants/acme", "resume")]
    [InlineData("/tenants/acme/suspend", "suspend")]
    [InlineData("/tenants/acme/keys/new", "new-key")]
    [InlineData("/tenants/acme/audit", "verify")]
    [InlineData("/account/logout", "")]
    [InlineData("/account", "change-password")]
    [InlineData("/account", "disable-totp")]
    [InlineData("/account", "end-session")]
    [InlineData("/account", "end-all")]
    [InlineData("/account/authenticator", "enrol-totp")]
    [InlineData("/account/authenticator", "confirm-totp")]
    [InlineData("/tenants/acme/sessions", "end-session")]
    [InlineData("/tenants/acme/roles/-/new", "edit-role")]
    [InlineData("/tenants/acme/roles/own/edit", "edit-role")]
    [InlineData("/tenants/acme/roles/own/delete", "delete-role")]
    [InlineData("/tenants/acme/members/new", "new-member")]
    [InlineData("/tenants/acme/members/usr_p", "invite")]
    [InlineData("/tenants/acme/members/usr_p", "unblock")]
    [InlineData("/tenants/acme/members/usr_p", "end-session")]
    [InlineData("/tenants/acme/members/usr_p", "end-all")]
    [InlineData("/tenants/acme/members/usr_p/roles", "set-roles")]
    [InlineData("/tenants/acme/members/usr_p/block", "block")]
    [InlineData("/tenants/acme/members/usr_p/delete", "delete-member")]
    [InlineData("/tenants/acme/members/usr_p/rename", "rename-member")]
    [InlineData("/roles/-/new", "edit-role")]
    [InlineData("/roles/own/edit", "edit-role")]
    [InlineData("/roles/own/delete", "delete-role")]
    [InlineData("/operators/new", "new-member")]
    [InlineData("/operators/usr_p", "invite")]
    [InlineData("/operators/usr_p", "end-all")]
    [InlineData("/operators/usr_p/roles", "set-roles")]
    [InlineData("/operators/usr_p/block", "block")]
    [InlineData("/operators/usr_p/delete", "delete-member")]
    [InlineData("/operators/usr_p/rename", "rename-member")]
    [InlineData("/sessions", "end-session")]
    [InlineData("/management-keys/new", "new-key")]
    [InlineData("/management-keys/k1/revoke", "revoke")]
    [InlineData("/management-keys/k1/rotate", "rotate")]
    [InlineData("/management-keys/-/revoke?ids=k1", "revoke-many")]
    [InlineData("/tenants/acme/keys/k1/rotate", "rotate")]
    [InlineData("/tenants/acme/keys/-/revoke", "revoke-many")]
    [InlineData("/tenants/acme/signing-keys", "rotate-signing")]
    [InlineData("/tenants/acme/settings", "settings")]
    [InlineData("/tenants/acme/settings", "input-limits")]
    [InlineData("/tenants/acme/settings", "key-policy")]
    [InlineData("/tenants/acme/settings", "login-policy")]
    [InlineData("/tenants/acme/settings", "guest-access")]
    [InlineData("/tenants/acme/settings", "retention")]
    [InlineData("/tenants/acme/settings", "place-hold")]
    [InlineData("/tenants/acme/settings", "release-hold-" + FakeSettings.Hold)]
    [InlineData("/tenants/acme", "restore-tenant")]
    [InlineData("/tenants/acme/delete", "delete-tenant")]
    [InlineData("/tenants/acme/purge", "purge-tenant")]
    [InlineData("/tenants/acme/signing-keys/emergency", "emergency-rotate")]
    [InlineData("/tenants/acme/alerts/own", "silence")]
    [InlineData("/tenants/acme/alerts/own", "unsilence")]
    [InlineData("/tenants/acme/alerts/own", "resolve")]
    [InlineData("/tenants/acme/alerts/own", "test")]
    [InlineData("/tenants/acme/alerts/new", "rule")]
    [InlineData("/tenants/acme/alerts/own/edit", "rule")]
    [InlineData("/tenants/acme/alerts/own/delete", "delete-rule")]
    [InlineData("/alerts/new", "rule")]
    [InlineData("/tenants/acme/limits", "plan")]
    [InlineData("/tenants/acme/limits/edit", "limits")]
    [InlineData("/plans/new", "plan")]
    [InlineData("/plans/gold/edit", "plan")]
    [InlineData("/plans/gold/delete", "delete-plan")]
    [InlineData("/audit", "verify")]
    [InlineData("/tenants/acme/catalogue/tool?name=echo", "call")]
    [InlineData("/tenants/acme/catalogue/prompt?name=sum", "get-prompt")]
    [InlineData("/tenants/acme/catalogue/resource", "read")]
    [InlineData("/incidents/new", "open-incident")]
    [InlineData("/tenants/acme/incidents/new", "open-incident")]
    [InlineData("/tenants/acme/incidents/" + FakeIncidents.Id, "note")]
    [InlineData("/tenants/acme/incidents/" + FakeIncidents.Id, "go-on")]
    [InlineData("/tenants/acme/incidents/" + FakeIncidents.Id, "advance-contained")]
    [InlineData("/tenants/acme/incidents/" + FakeIncidents.Id, "reopen")]
    [InlineData("/tenants/acme/incidents/" + FakeIncidents.Id + "/edit", "edit-incident")]
    [InlineData("/tenants/acme/incidents/" + FakeIncidents.Id + "/close", "close-incident")]
    [InlineData("/tenants/acme/incidents/" + FakeIncidents.Id + "/contain", "contain")]
    [InlineData("/tenants/acme/incidents/" + FakeIncidents.Id + "/evidence", "")]
    [InlineData("/incidents/" + FakeIncidents.Id + "/evidence", "")]
    [InlineData("/tenants/acme/resources/memory/-/new", "store")]
    [InlineData("/tenants/acme/resources/memory/Plan", "extend")]
    [InlineData("/tenants/acme/resources/memory/Plan/remove", "remove")]
    [InlineData("/tenants/acme/resources/files/upload", "")]
    [InlineData("/tenants/acme/resources/files/delete?path=a.md&version=1", "delete-file")]
    [InlineData("/tenants/acme/resources/hosts/new", "host")]
    [InlineData("/tenants/acme/resources/hosts/docs.example.com/edit", "host")]
    [InlineData("/tenants/acme/resources/hosts/docs.example.com/delete", "delete-host")]
    [InlineData("/tenants/acme/webhooks/new", "webhook")]
    [InlineData("/webhooks/new", "webhook")]
    [InlineData("/tenants/acme/webhooks/" + FakeWebhooks.Id, "test-webhook")]
    [InlineData("/tenants/acme/webhooks/" + FakeWebhooks.Id, "enable-webhook")]
    [InlineData("/tenants/acme/webhooks/" + FakeWebhooks.Id, "disable-webhook")]
    [InlineData("/tenants/acme/webhooks/" + FakeWebhooks.Id, "redeliver")]
    [InlineData("/tenants/acme/webhooks/" + FakeWebhooks.Id + "/edit", "webhook")]
    [InlineData("/tenants/acme/webhooks/" + FakeWebhooks.Id + "/rotate", "rotate-webhook")]
    [InlineData("/tenants/acme/webhooks/" + FakeWebhooks.Id + "/delete", "delete-webhook")]
    [InlineData("/tenants/acme/identity-providers/new?issuer=https://login.example.com", "identity-provider")]
    [InlineData("/tenants/acme/identity-providers/" + FakeProviders.Id, "test-provider")]
    [InlineData("/tenants/acme/identity-providers/" + FakeProviders.Id + "/edit", "identity-provider")]
    [InlineData("/tenants/acme/identity-providers/" + FakeProviders.Id + "/delete", "delete-provider")]
    [InlineData("/tenants/acme/oauth-clients/new", "oauth-client")]
    [InlineData("/tenants/acme/oauth-clients/client/edit?id=" + FakeOAuthClients.Machine, "edit-client")]
    [InlineData("/tenants/acme/oauth-clients/client/rotate?id=" + FakeOAuthClients.Machine, "rotate-client")]
    [InlineData("/tenants/acme/oauth-clients/client/delete?id=" + FakeOAuthClients.Machine, "delete-client")]
    [InlineData("/tenants/acme/client-certificates/new", "certificate")]
    [InlineData("/tenants/acme/client-certificates/" + FakeCertificates.OfAuthority + "/revocation-list", "revocation-list")]
    [InlineData("/tenants/acme/client-certificates/" + FakeCertificates.One + "/revoke", "revoke-certificate")]
    [InlineData("/tenants/acme/members/usr_p/elevate", "elevate")]
    [InlineData("/operators/usr_p/elevate", "elevate")]
    [InlineData("/tenants/acme/members/usr_p", "end-elevations")]
    [InlineData("/operators/usr_p", "end-elevations")]
    [InlineData("/sign-in-policy", "login-policy")]
    public async Task A_post_without_the_forms_token_does_nothing(string path, string form)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Asked.Clear();
        using var response = await console.PostAsync(path, KeyValuePair.Create("_handler", form), KeyValuePair.Create("slug", "evil"), KeyValuePair.Create("confirm", "acme"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("This form is out of date", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(console.Management.Asked);
    }

    [Theory]
    [Trait("Control", "AU-11")]
    [InlineData("/login")]
    [InlineData("/setup")]
    [InlineData("/invitation")]
    public async Task A_sign_in_without_the_forms_token_is_refused(string path)
    {
        await using var console = await ConsoleApplication.StartAsync();
        using var response = await console.PostAsync(path, KeyValuePair.Create("_handler", path[1..]), KeyValuePair.Create("user", "admin"), KeyValuePair.Create("password", FakeManagement.Password));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(console.Management.Asked);
    }

    [Fact]
    [Trait("Control", "AU-11")]
    public async Task A_token_of_an_earlier_session_does_not_pass()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var stale = await console.OpenAsync("/tenants/new");
        using var again = await console.LoginAsync(path: "/login?reason=ended");
        using var response = await console.SubmitAsync(stale, "/tenants/new", "new-tenant", ("slug", "later"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    [Trait("Control", "AU-6")]
    public async Task The_consoles_cookie_means_nothing_to_the_rest_of_the_process()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.GetAsync("/v1/whoami");
        Assert.Equal("nobody", await response.Content.ReadAsStringAsync());
        Assert.False(response.Headers.Contains("Content-Security-Policy"));
    }

    [Fact]
    [Trait("Control", "TR-13")]
    public async Task The_host_can_bind_every_endpoint_of_the_console_to_one_listener()
    {
        await using var console = await ConsoleApplication.StartAsync();
        using var response = await console.GetAsync("/dev/unmarked");
        var unmarked = System.Text.Json.JsonSerializer.Deserialize<string[]>(await response.Content.ReadAsStringAsync())!;
        Assert.All(unmarked, name => Assert.True(name.Contains("/dev/unmarked", StringComparison.Ordinal) || name.Contains("/v1/whoami", StringComparison.Ordinal), name));
    }

    [Fact]
    [Trait("Control", "ER-1")]
    public async Task An_unknown_page_is_a_404_page_and_an_unknown_API_path_is_not_the_consoles()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var page = await console.GetAsync("/no-such-page");
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Contains("There is no such page", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var api = await console.GetAsync("/v1/no-such-thing");
        Assert.Equal(HttpStatusCode.NotFound, api.StatusCode);
        Assert.Empty(await api.Content.ReadAsStringAsync());
    }

    [Theory]
    [Trait("Control", "ER-1")]
    [InlineData("/tenants/nobody", "There is no such tenant")]
    [InlineData("/tenants/nobody/keys", "There is no such tenant")]
    [InlineData("/tenants/nobody/audit", "There is no such tenant")]
    [InlineData("/tenants/..%2fsessions", "There is no such tenant")]
    [InlineData("/tenants/acme/keys/nokey", "There is no such key")]
    [InlineData("/tenants/acme/keys/..%2froles", "There is no such key")]
    [InlineData("/tenants/acme/keys/nokey/revoke", "There is no such key")]
    [InlineData("/tenants/acme/keys/..%2f..%2fx/revoke", "There is no such key")]
    [InlineData("/tenants/nobody/keys/-/revoke", "There is no such tenant")]
    [InlineData("/tenants/acme/keys/nokey/rotate", "There is no such key")]
    [InlineData("/tenants/nobody/signing-keys", "There is no such tenant")]
    [InlineData("/tenants/nobody/signing-keys/emergency", "There is no such tenant")]
    [InlineData("/tenants/nobody/roles", "There is no such tenant")]
    [InlineData("/tenants/nobody/roles/user", "There is no such role")]
    [InlineData("/roles/nobody", "There is no such role")]
    [InlineData("/roles/..%2fprincipals", "There is no such role")]
    [InlineData("/tenants/nobody/roles/-/new", "There is no such role")]
    [InlineData("/tenants/nobody/roles/-/test", "There is no such tenant")]
    [InlineData("/tenants/acme/roles/..%2fkeys", "There is no such role")]
    [InlineData("/tenants/nobody/members", "There is no such tenant")]
    [InlineData("/tenants/nobody/alerts", "There is no such tenant")]
    [InlineData("/tenants/nobody/alerts/own", "There is no such alert rule")]
    [InlineData("/tenants/acme/alerts/..%2fkeys", "There is no such alert rule")]
    [InlineData("/tenants/nobody/limits", "There is no such tenant")]
    [InlineData("/tenants/nobody/limits/edit", "There is no such tenant")]
    [InlineData("/tenants/nobody/audit/live", "There is no such tenant")]
    [InlineData("/tenants/nobody/catalogue", "There is no such tenant")]
    [InlineData("/plans/..%2ftenants", "There is no such plan")]
    [InlineData("/tenants/nobody/members/new", "There is no such tenant")]
    [InlineData("/tenants/acme/members/usr_nobody", "There is no such member")]
    [InlineData("/operators/usr_nobody", "There is no such operator")]
    [InlineData("/management-keys/nokey/rotate", "There is no such key")]
    [InlineData("/management-keys/..%2f..%2fx/revoke", "There is no such key")]
    [InlineData("/operators/..%2f..%2fkeys/block", "There is no such operator")]
    [InlineData("/tenants/acme/members/..%2f..%2fkeys/block", "There is no such member")]
    [InlineData("/tenants/nobody/incidents", "There is no such tenant")]
    [InlineData("/tenants/acme/incidents/..%2fkeys", "There is no such incident")]
    [InlineData("/incidents/inc_none", "There is no such incident")]
    [InlineData("/tenants/nobody/resources", "There is no such tenant")]
    [InlineData("/tenants/acme/resources/memory/..%2fkeys", "There is no such key")]
    [InlineData("/tenants/acme/resources/files/delete?path=..%2fkeys", "There is no such file")]
    [InlineData("/tenants/acme/resources/files/download?path=..%2fkeys", "There is no such page")]
    [InlineData("/tenants/acme/resources/hosts/..%2fkeys", "There is no such host")]
    [InlineData("/tenants/nobody/resources/hosts/new", "There is no such tenant")]
    [InlineData("/tenants/nobody/webhooks", "There is no such tenant")]
    [InlineData("/tenants/nobody/webhooks/" + FakeWebhooks.Id, "There is no such webhook")]
    [InlineData("/tenants/acme/webhooks/..%2fkeys", "There is no such webhook")]
    [InlineData("/webhooks/wh_none/delete", "There is no such webhook")]
    [InlineData("/tenants/nobody/secrets", "There is no such tenant")]
    [InlineData("/operations/work/..%2fkeys", "There is no such operation")]
    [InlineData("/operations/work/purge-nobody", "There is no such operation")]
    public async Task What_REST_does_not_know_is_a_404_page(string path, string message)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains(message, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "ER-1")]
    public async Task A_management_API_that_is_down_is_told_without_technical_text()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        await console.Management.DisposeAsync();
        using var response = await console.GetAsync("/tenants");
        var html = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("The management API does not answer", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", html, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", html, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "ER-1")]
    public async Task A_problem_is_shown_with_its_request_id()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.Refusal = ("/v1/tenants/acme/audit-events:verify", 503, new() { ["title"] = "Temporarily unavailable", ["detail"] = "Try later.", ["status"] = 503, ["requestId"] = "req-77" });
        using var response = await console.SubmitAsync("/tenants/acme/audit", "verify");
        var html = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("Temporarily unavailable", html, StringComparison.Ordinal);
        Assert.Contains("req-77", html, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "TR-8")]
    public async Task A_form_larger_than_any_honest_one_is_refused()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.SubmitAsync("/tenants/new", "new-tenant", ("slug", "globex"), ("displayName", new string('a', 100_000)));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain("POST /v1/tenants", console.Management.Asked);
    }
}
