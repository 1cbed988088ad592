using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Sessions;

[Collection(ClockedTests.Name), Trait("Control", "AU-11")]
public sealed class SessionListTests(ClockedProduct product)
{
    private readonly Platform.Testing.PlatformApplication _platform = product.Platform;

    [Fact]
    public async Task A_user_sees_the_own_sessions_and_ends_one_and_not_the_other()
    {
        var anna = await Person.MakeAsync(product, (await TenantClient.MakeAsync(_platform)).Slug, "user");
        var (first, second) = (await anna.GivenSession(), await anna.GivenSession());

        var list = (await _platform.Rest(HttpMethod.Get, "/v1/sessions", credential: first)).Json.GetProperty("items").EnumerateArray().ToList();

        // The one that accepted the invitation is there too.
        Assert.Equal(3, list.Count);
        Assert.Equal(Person.IdOf(first), Assert.Single(list, entry => entry.GetProperty("current").GetBoolean()).GetProperty("id").GetString());
        Assert.All(list, entry => Assert.False(entry.TryGetProperty("hash", out _)));
        Assert.Equal(204, (await _platform.Rest(HttpMethod.Delete, $"/v1/sessions/{Person.IdOf(second)}", credential: first)).Status);
        Assert.Equal(401, (await _platform.Rest(HttpMethod.Get, "/v1/sessions/current", credential: second)).Status);
        Assert.Equal(200, (await _platform.Rest(HttpMethod.Get, "/v1/sessions/current", credential: first)).Status);
        Assert.Equal(404, (await _platform.Rest(HttpMethod.Delete, $"/v1/sessions/{Person.IdOf(second)}", credential: first)).Status);
    }

    [Fact]
    public async Task Anothers_session_does_not_exist_for_a_user_and_ends_for_an_administrator()
    {
        var tenant = await TenantClient.MakeAsync(_platform);
        var (anna, user) = (await Person.MakeAsync(product, tenant.Slug, "admin"), await Person.MakeAsync(product, tenant.Slug, "user"));
        var (admins, users) = (await anna.GivenSession(), await user.GivenSession());

        Assert.Equal(404, (await _platform.Rest(HttpMethod.Delete, $"/v1/sessions/{Person.IdOf(admins)}", credential: users)).Status);
        Assert.Equal(403, (await _platform.Rest(HttpMethod.Delete, $"/v1/tenants/{tenant.Slug}/sessions/{Person.IdOf(admins)}", credential: users)).Status);
        var list = (await _platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/sessions?principal={user.Id}", credential: admins)).Json.GetProperty("items");
        Assert.All(list.EnumerateArray(), entry => Assert.Equal(user.Id, entry.GetProperty("principal").GetString()));
        Assert.Equal(204, (await _platform.Rest(HttpMethod.Delete, $"/v1/tenants/{tenant.Slug}/sessions/{Person.IdOf(users)}", credential: admins)).Status);
        Assert.Equal(401, (await _platform.Rest(HttpMethod.Get, "/v1/sessions/current", credential: users)).Status);
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task A_session_of_another_tenant_cannot_be_ended()
    {
        var (ours, theirs) = (await TenantClient.MakeAsync(_platform), await TenantClient.MakeAsync(_platform));
        var (anna, bert) = (await Person.MakeAsync(product, ours.Slug, "admin"), await Person.MakeAsync(product, theirs.Slug, "admin"));
        var (annas, berts) = (await anna.GivenSession(), await bert.GivenSession());

        Assert.Equal(404, (await _platform.Rest(HttpMethod.Delete, $"/v1/tenants/{ours.Slug}/sessions/{Person.IdOf(berts)}", credential: annas)).Status);
        Assert.Equal(404, (await _platform.Rest(HttpMethod.Delete, $"/v1/tenants/{theirs.Slug}/sessions/{Person.IdOf(berts)}", credential: annas)).Status);
        Assert.Equal(200, (await _platform.Rest(HttpMethod.Get, "/v1/sessions/current", credential: berts)).Status);
    }

    [Fact]
    public async Task All_sessions_of_a_user_end_at_once()
    {
        var tenant = await TenantClient.MakeAsync(_platform);
        var (anna, user) = (await Person.MakeAsync(product, tenant.Slug, "admin"), await Person.MakeAsync(product, tenant.Slug, "user"));
        var tokens = new[] { await user.GivenSession(), await user.GivenSession() };

        Assert.Equal(200, (await user.EndSessions(await anna.GivenSession())).Status);

        foreach (var token in tokens)
        {
            Assert.Equal(401, (await _platform.Rest(HttpMethod.Get, "/v1/sessions/current", credential: token)).Status);
        }

        Assert.Empty((await _platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/sessions?principal={user.Id}")).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(201, (await user.SignIn()).Status);
    }

    [Fact]
    public async Task Each_sign_in_has_an_id_that_was_never_known_before()
    {
        var anna = await Person.MakeAsync(product, (await TenantClient.MakeAsync(_platform)).Slug, "user");
        var known = await anna.GivenSession();

        // An attacker's session or id in the request changes nothing: there is no place for one.
        var opened = await _platform.Rest(HttpMethod.Post, "/v1/sessions", new { tenant = anna.Tenant, user = anna.Name, password = Person.Password }, known);

        Assert.Equal(201, opened.Status);
        Assert.NotEqual(Person.IdOf(known), Person.IdOf(Person.TokenOf(opened)));
        Assert.Equal(400, (await _platform.Rest(HttpMethod.Post, "/v1/sessions", new { tenant = anna.Tenant, user = anna.Name, password = Person.Password, id = Person.IdOf(known) }, "")).Status);
    }

    [Fact]
    public async Task A_changed_password_ends_all_sessions_and_goes_on_under_a_new_id()
    {
        var anna = await Person.MakeAsync(product, (await TenantClient.MakeAsync(_platform)).Slug, "user");
        var (before, other) = (await anna.GivenSession(), await anna.GivenSession());

        var changed = await _platform.Rest(HttpMethod.Post, "/v1/sessions/current:changePassword", new { oldPassword = Person.Password, newPassword = "another good password" }, before);

        Assert.Equal(200, changed.Status);
        Assert.NotEqual(Person.IdOf(before), Person.IdOf(Person.TokenOf(changed)));
        Assert.Equal(401, (await _platform.Rest(HttpMethod.Get, "/v1/sessions/current", credential: before)).Status);
        Assert.Equal(401, (await _platform.Rest(HttpMethod.Get, "/v1/sessions/current", credential: other)).Status);
        Assert.Equal(200, (await _platform.Rest(HttpMethod.Get, "/v1/sessions/current", credential: Person.TokenOf(changed))).Status);
        Assert.Equal(400, (await _platform.Rest(HttpMethod.Post, "/v1/sessions/current:changePassword", new { oldPassword = "another good password", newPassword = "P@ssw0rd12345!" }, Person.TokenOf(changed))).Status);
    }

    [Fact]
    public async Task A_hundred_guesses_a_minute_are_stopped_at_ten_and_never_for_good()
    {
        var anna = await Person.MakeAsync(product, (await TenantClient.MakeAsync(_platform)).Slug, "user");
        product.GivenAQuietMinute();
        var seen = new List<int>();
        foreach (var i in Enumerable.Range(0, 100))
        {
            seen.Add((await anna.SignIn($"guess {i}")).Status);
        }

        // A permit comes back every six seconds, which a hundred requests may take on a busy machine.
        Assert.All(seen.Take(10), status => Assert.Equal(401, status));
        Assert.InRange(seen.Count(status => status == 429), 70, 90);
        product.GivenAQuietMinute();
        Assert.Equal(201, (await anna.SignIn()).Status);
    }
}
