using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Logins;

/// <summary>A user of a tenant signs in, manages that tenant, and finds nothing beyond it.</summary>
[Collection(ClockedTests.Name)]
public sealed class TenantUserTests(ClockedProduct product)
{
    private readonly Platform.Testing.PlatformApplication _platform = product.Platform;

    [Fact, Trait("Control", "AU-11")]
    public async Task A_tenants_admin_signs_in_and_manages_the_own_tenant()
    {
        var tenant = await TenantClient.MakeAsync(_platform);
        var anna = await Person.MakeAsync(product, tenant.Slug, "admin");

        var opened = await anna.SignIn();

        Assert.Equal(201, opened.Status);
        Assert.Equal((tenant.Slug, anna.Id), (opened.Json.GetProperty("session").GetProperty("tenantSlug").GetString(), opened.Json.GetProperty("session").GetProperty("principal").GetString()));
        var token = Person.TokenOf(opened);
        Assert.Equal(200, (await _platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}", credential: token)).Status);
        Assert.Equal(200, (await _platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/keys", credential: token)).Status);
        Assert.Equal(201, (await _platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys", new { name = "hers", roles = new[] { "user" } }, token)).Status);
        Assert.Equal(200, (await _platform.Rest(HttpMethod.Get, "/v1/roles", credential: token)).Status);
    }

    public static TheoryData<string, string> Foreign => new()
    {
        { "GET", "/v1/tenants/demo" }, { "GET", "/v1/tenants/demo/keys" }, { "POST", "/v1/tenants/demo/keys" },
        { "GET", "/v1/tenants/demo/sessions" }, { "POST", "/v1/tenants/demo/principals/usr_x:issueInvitation" }, { "GET", "/v1/tenants/demo/audit-events" },
        { "GET", "/v1/tenants/_sys/audit-events" }, { "GET", "/v1/tenants/_sys/sessions" }, { "POST", "/v1/tenants/_sys/principals/usr_admin:issueInvitation" },
        { "POST", "/v1/tenants/_sys/principals/usr_admin:endSessions" }, { "PUT", "/v1/tenants/_sys/login-policy" },
        { "GET", "/v1/tenants/no-such-tenant" },
        { "POST", "/v1/tenants/demo:suspend" }, { "GET", "/v1/tenants/DEMO/keys" },
    };

    [Theory, Trait("Control", "AZ-4"), MemberData(nameof(Foreign))]
    public async Task Beyond_it_nothing_exists_for_everybodys_admin(string method, string path)
    {
        var tenant = await TenantClient.MakeAsync(_platform);
        var anna = await Person.MakeAsync(product, tenant.Slug, "admin");

        var reply = await _platform.Rest(new HttpMethod(method), path, method == "GET" ? null : new { }, await anna.GivenSession());

        Assert.Equal(404, reply.Status);
    }

    [Theory, Trait("Control", "AZ-4")]
    [InlineData("GET", "/v1/tenants")]
    [InlineData("POST", "/v1/tenants")]
    [InlineData("GET", "/v1/management-keys")]
    [InlineData("POST", "/v1/management-keys")]
    public async Task What_names_no_tenant_is_the_platforms(string method, string path)
    {
        var tenant = await TenantClient.MakeAsync(_platform);
        var anna = await Person.MakeAsync(product, tenant.Slug, "admin");

        var reply = await _platform.Rest(new HttpMethod(method), path, method == "GET" ? null : new { }, await anna.GivenSession());

        Assert.Equal(403, reply.Status);
    }

    [Theory, Trait("Control", "AZ-4")]
    [InlineData("POST", ":suspend")]
    [InlineData("POST", ":resume")]
    [InlineData("POST", "/hosts")]
    [InlineData("DELETE", "/hosts/a.example")]
    public async Task What_only_the_platform_decides_is_denied_to_the_tenants_admin(string method, string path)
    {
        var tenant = await TenantClient.MakeAsync(_platform);
        var anna = await Person.MakeAsync(product, tenant.Slug, "admin");

        Assert.Equal(403, (await _platform.Rest(new HttpMethod(method), $"/v1/tenants/{tenant.Slug}{path}", new { }, await anna.GivenSession())).Status);
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task The_same_name_in_another_tenant_is_somebody_else()
    {
        var (first, second) = (await TenantClient.MakeAsync(_platform), await TenantClient.MakeAsync(_platform));
        var anna = await Person.MakeAsync(product, first.Slug, "admin");
        await _platform.GivenUser(second.Slug, anna.Name, "admin");

        Assert.Equal(401, (await anna.SignIn(tenant: second.Slug)).Status);
        Assert.Equal(401, (await _platform.Rest(HttpMethod.Post, "/v1/sessions", new { user = anna.Name, password = Person.Password }, "")).Status);
        Assert.Equal(201, (await anna.SignIn()).Status);
    }

    [Fact, Trait("Control", "AU-8")]
    public async Task An_unknown_tenant_an_unknown_user_and_a_wrong_password_get_the_same_answer()
    {
        var tenant = await TenantClient.MakeAsync(_platform);
        var anna = await Person.MakeAsync(product, tenant.Slug, "admin");
        (string? Tenant, string User)[] guesses = [(tenant.Slug, anna.Name), (tenant.Slug, "nobody"), ("no-such-tenant", anna.Name), ("../_sys", "admin"), ("_sys", "admin"), (null, "nobody"), (new string('t', 90), "admin")];
        var replies = new List<Reply>();
        foreach (var (slug, user) in guesses)
        {
            replies.Add(await _platform.Rest(HttpMethod.Post, "/v1/sessions", new { tenant = slug, user, password = "not the password" }, ""));
        }

        Assert.All(replies, reply => Assert.Equal(401, reply.Status));
        Assert.Single(replies.Select(reply => reply.TextWithoutIds).Distinct(StringComparer.Ordinal));
    }

    [Fact, Trait("Control", "AZ-6")]
    public async Task A_suspended_tenants_sessions_are_refused_at_once_and_go_on_when_it_resumes()
    {
        var tenant = await TenantClient.MakeAsync(_platform);
        var token = await (await Person.MakeAsync(product, tenant.Slug, "admin")).GivenSession();
        await _platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:suspend", new { });

        Assert.Equal(403, (await _platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/keys", credential: token)).Status);
        await _platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:resume", new { });
        Assert.Equal(200, (await _platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/keys", credential: token)).Status);
    }

    [Fact, Trait("Control", "AZ-3")]
    public async Task Nobody_is_invited_by_somebody_who_holds_less()
    {
        var tenant = await TenantClient.MakeAsync(_platform);
        var anna = await Person.MakeAsync(product, tenant.Slug, "admin");
        var user = await Person.MakeAsync(product, tenant.Slug, "user");

        Assert.Equal(403, (await anna.Invite(credential: await user.GivenSession())).Status);
        Assert.Equal(200, (await user.Invite(credential: await anna.GivenSession())).Status);
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task A_stolen_session_cannot_invite_its_own_user_and_so_get_around_the_password()
    {
        var tenant = await TenantClient.MakeAsync(_platform);
        var (anna, bert) = (await Person.MakeAsync(product, tenant.Slug, "admin"), await Person.MakeAsync(product, tenant.Slug, "admin"));
        var token = await anna.GivenSession();

        Assert.Equal(409, (await anna.Invite(new { resetSecondFactor = true }, token)).Status);
        Assert.Equal(200, (await bert.Invite(credential: token)).Status);
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task An_invitation_works_once_and_its_secret_is_in_no_trail()
    {
        var tenant = await TenantClient.MakeAsync(_platform);
        var anna = await Person.MakeAsync(product, tenant.Slug, "admin");
        var secret = (await anna.Invite()).Json.GetProperty("secret").GetString()!;

        Assert.Equal(201, (await anna.Accept(secret, "another good password")).Status);
        Assert.Equal(401, (await anna.Accept(secret, "a third good password")).Status);
        Assert.Equal(201, (await anna.SignIn("another good password")).Status);
        var trail = JsonSerializer.Serialize(await _platform.AuditEvents(tenant.Slug, 100));
        Assert.Contains("logins/issue-invitation", trail, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, trail, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task A_user_without_rights_reads_and_ends_the_own_session()
    {
        var tenant = await TenantClient.MakeAsync(_platform);
        var token = await (await Person.MakeAsync(product, tenant.Slug, "user")).GivenSession();

        Assert.Equal(403, (await _platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/sessions", credential: token)).Status);
        Assert.Equal(200, (await _platform.Rest(HttpMethod.Get, "/v1/sessions/current", credential: token)).Status);
        Assert.Equal(204, (await _platform.Rest(HttpMethod.Delete, "/v1/sessions/current", credential: token)).Status);
        Assert.Equal(401, (await _platform.Rest(HttpMethod.Get, "/v1/sessions/current", credential: token)).Status);
    }

    [Fact, Trait("Control", "AZ-3")]
    public async Task The_own_session_tells_what_it_may_do_here_and_now()
    {
        var tenant = await TenantClient.MakeAsync(_platform);
        var path = $"/v1/tenants/{tenant.Slug}";
        Assert.Equal(201, (await _platform.Rest(HttpMethod.Post, $"{path}/roles", new { name = "careful", allow = new[] { "keys:*", "roles:read" }, deny = new[] { "keys:write" } })).Status);
        var anna = await Person.MakeAsync(product, tenant.Slug, "careful");
        Assert.Equal(200, (await _platform.Rest(HttpMethod.Post, $"{path}/principals/{anna.Id}:setRoles", new { roles = new[] { "careful" }, conditionalRoles = new[] { new { role = "admin", condition = new { addresses = new[] { "192.0.2.0/24" } } } } })).Status);

        var told = (await _platform.Rest(HttpMethod.Get, "/v1/sessions/current", credential: await anna.GivenSession())).Json;

        Assert.Equal(["keys:*", "roles:read", "sessions:own"], told.GetProperty("grants").EnumerateArray().Select(grant => grant.GetString()!));
        Assert.Equal(["keys:write"], told.GetProperty("denials").EnumerateArray().Select(denied => denied.GetString()!));
        Assert.False(told.TryGetProperty("rules", out _));
    }
}
