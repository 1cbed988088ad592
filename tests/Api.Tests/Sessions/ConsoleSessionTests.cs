using System.Globalization;
using System.Text.Json;
using Platform.Api.Tests.Mcp.Nodes;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Sessions;

[Collection(ClockedTests.Name)]
[Trait("Control", "AU-11")]
public sealed class ConsoleSessionTests(ClockedProduct product)
{
    private PlatformApplication Platform => product.Platform;

    [Fact]
    public async Task The_bootstrap_secret_works_once()
    {
        product.GivenAQuietMinute();

        var again = await Platform.Rest(HttpMethod.Post, "/v1/bootstrap", new { secret = Platform.BootstrapSecret, password = "another long password" }, "");

        Assert.Equal(401, again.Status);
        Assert.Equal("""{"passwordSet":true}""", (await Platform.Rest(HttpMethod.Get, "/v1/bootstrap", credential: "")).Text);
        Assert.Equal(201, (await product.SignIn("admin", ClockedProduct.Password)).Status);
        Assert.Equal(401, (await product.SignIn("admin", "another long password")).Status);
    }

    [Fact]
    [Trait("Control", "AU-8")]
    public async Task A_session_acts_as_its_user_until_it_is_signed_out()
    {
        var token = await product.GivenSession();

        Assert.Equal("usr_admin", (await Platform.Rest(HttpMethod.Get, "/v1/sessions/current", credential: token)).Json.GetProperty("principal").GetString());
        Assert.Equal(200, (await Platform.Rest(HttpMethod.Get, "/v1/tenants", credential: token)).Status);
        Assert.Equal(204, (await Platform.Rest(HttpMethod.Delete, "/v1/sessions/current", credential: token)).Status);
        Assert.Equal(401, (await Platform.Rest(HttpMethod.Get, "/v1/tenants", credential: token)).Status);
        Assert.Equal(401, (await Platform.Rest(HttpMethod.Delete, "/v1/sessions/current", credential: token)).Status);
    }

    [Fact]
    public async Task Signing_out_ends_one_session_and_not_the_other()
    {
        var first = await product.GivenSession();
        var second = await product.GivenSession();

        await Platform.Rest(HttpMethod.Delete, "/v1/sessions/current", credential: first);

        Assert.Equal(200, (await Platform.Rest(HttpMethod.Get, "/v1/tenants", credential: second)).Status);
    }

    [Fact]
    public async Task A_session_that_is_not_used_ends_after_an_hour()
    {
        var token = await product.GivenSession();
        product.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(200, (await Platform.Rest(HttpMethod.Get, "/v1/tenants", credential: token)).Status);

        product.Clock.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal(401, (await Platform.Rest(HttpMethod.Get, "/v1/tenants", credential: token)).Status);
    }

    [Fact]
    public async Task A_stream_that_is_open_keeps_no_session_from_going_idle()
    {
        var token = await product.GivenSession();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Platform.ManagementUrl, $"/v1/tenants/{(await TenantClient.MakeAsync(Platform)).Slug}/audit-events:stream"));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        Assert.Equal(200, (await Platform.Rest(HttpMethod.Get, "/v1/sessions/current", credential: token)).Status);
        using var stream = await EventStream.OpenAsync(Platform.Http, request);
        Assert.NotNull(await stream.NextAsync());
        for (var quarter = 0; quarter < 4; quarter++)
        {
            // It is judged before it shows that it lives: the second sign of life was after the hands moved.
            product.Clock.Advance(TimeSpan.FromMinutes(14));
            Assert.NotNull(await stream.NextAsync());
            product.Clock.Advance(TimeSpan.FromSeconds(20));
            Assert.NotNull(await stream.NextAsync());
        }

        product.Clock.Advance(TimeSpan.FromMinutes(5));
        while (await stream.NextAsync() is not null)
        {
        }

        Assert.Equal(401, (await Platform.Rest(HttpMethod.Get, "/v1/sessions/current", credential: token)).Status);
    }

    [Fact]
    [Trait("Control", "AL-1")]
    public async Task What_a_tenants_people_do_to_their_own_account_is_in_the_trail_of_the_tenant()
    {
        var tenant = (await TenantClient.MakeAsync(Platform)).Slug;
        var person = await Person.MakeAsync(product, tenant, "admin");
        var (secret, confirmed) = await person.GivenAuthenticator(await person.GivenSession());
        var token = confirmed.GetProperty("token").GetString()!;
        product.GivenAQuietMinute();
        Assert.Equal(200, (await Platform.Rest(HttpMethod.Post, "/v1/sessions/current/totp:disable", new { password = Person.Password, code = person.CodeOf(secret) }, token)).Status);
        Assert.Equal(403, (await Platform.Rest(HttpMethod.Get, "/v1/tenants", credential: await person.GivenSession())).Status);

        var own = await Platform.AuditEvents(tenant, 100);
        Assert.Equal(("ok", person.Id), OutcomeOf(own, "logins/disable-totp"));
        Assert.Equal(("permission-denied", person.Id), OutcomeOf(own, "tenants/list"));
        Assert.DoesNotContain(await Platform.AuditEvents("_sys", 100), item => item.TryGetProperty("principal", out var who) && who.GetString() == person.Id);
    }

    private static (string? Outcome, string? Principal) OutcomeOf(JsonElement[] events, string action)
    {
        var found = Assert.Single(events, item => item.GetProperty("action").GetString() == action);
        return (found.GetProperty("outcome").GetString(), found.GetProperty("principal").GetString());
    }

    [Fact]
    public async Task A_session_that_is_used_ends_after_twelve_hours()
    {
        var token = await product.GivenSession();
        var seen = new List<int>();
        foreach (var _ in Enumerable.Range(0, 13))
        {
            product.Clock.Advance(TimeSpan.FromMinutes(59));
            seen.Add((await Platform.Rest(HttpMethod.Get, "/v1/tenants", credential: token)).Status);
        }

        Assert.Equal([.. Enumerable.Repeat(200, 12), 401], seen);
    }

    [Fact]
    public async Task A_session_with_another_secret_is_refused()
    {
        var token = await product.GivenSession();

        Assert.Equal(401, (await Platform.Rest(HttpMethod.Get, "/v1/tenants", credential: token[..22] + new string('A', 43))).Status);
        Assert.Equal(200, (await Platform.Rest(HttpMethod.Get, "/v1/tenants", credential: token)).Status);
    }

    [Fact]
    public async Task A_session_is_no_key_of_an_endpoint()
    {
        var token = await product.GivenSession();
        var tenant = await TenantClient.MakeAsync(Platform);

        Assert.Equal(401, (await tenant.With(token).CallTool()).Status);
    }

    [Fact]
    public async Task A_key_has_no_session_to_show_or_end()
    {
        Assert.Equal(404, (await Platform.Rest(HttpMethod.Get, "/v1/sessions/current")).Status);
        Assert.Equal(404, (await Platform.Rest(HttpMethod.Delete, "/v1/sessions/current")).Status);
    }

    [Fact]
    public async Task The_eleventh_guess_is_429_even_with_the_right_password()
    {
        product.GivenAQuietMinute();
        var guesses = new List<int>();
        foreach (var i in Enumerable.Range(0, 10))
        {
            guesses.Add((await product.SignIn("admin", $"guess number {i.ToString(CultureInfo.InvariantCulture)}")).Status);
        }

        var eleventh = await product.SignIn("admin", ClockedProduct.Password);

        Assert.All(guesses, status => Assert.Equal(401, status));
        Assert.Equal((429, "rate-limited"), (eleventh.Status, eleventh.Json.GetProperty("code").GetString()));
        Assert.InRange(int.Parse(eleventh.Header("Retry-After")!, CultureInfo.InvariantCulture), 1, 60);
        product.GivenAQuietMinute();
        Assert.Equal(201, (await product.SignIn("admin", ClockedProduct.Password)).Status);
    }

    [Fact]
    public async Task An_unknown_user_and_a_wrong_password_get_the_same_answer()
    {
        product.GivenAQuietMinute();
        string[] users = ["admin", "nobody", "ADMIN", "usr_admin", "../admin", "admin' --", "svc_system", new('a', 100)];

        var replies = new List<Reply>();
        foreach (var user in users)
        {
            replies.Add(await product.SignIn(user, "not the password"));
        }

        Assert.All(replies, reply => Assert.Equal(401, reply.Status));
        Assert.Single(replies.Select(reply => reply.TextWithoutIds).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Control", "AU-8")]
    public async Task A_failed_sign_in_is_audited_without_the_password()
    {
        product.GivenAQuietMinute();
        var reply = await product.SignIn("admin", "canary password");

        var entry = Assert.Single(await Platform.AuditEvents("_sys", 100), entry => entry.GetProperty("correlation").GetString() == reply.Json.GetProperty("requestId").GetString());

        Assert.Equal(("authentication", "sessions/open", "unauthenticated", "usr_admin"),
            (entry.GetProperty("class").GetString(), entry.GetProperty("action").GetString(), entry.GetProperty("outcome").GetString(), entry.GetProperty("target").GetString()));
        Assert.DoesNotContain("canary", entry.GetRawText(), StringComparison.Ordinal);
    }
}

/// <summary>Before the first password is set.</summary>
[Trait("Control", "AU-8")]
public sealed class BootstrapTests
{
    [Fact]
    public async Task A_weak_password_or_a_wrong_secret_sets_nothing_and_the_right_ones_do()
    {
        await using var platform = await PlatformApplication.StartAsync();

        Assert.Equal(401, (await platform.Rest(HttpMethod.Post, "/v1/sessions", new { user = "admin", password = "" + ClockedProduct.Password }, "")).Status);
        Assert.Equal(400, (await Use(platform, platform.BootstrapSecret, "short")).Status);
        Assert.Equal(400, (await Use(platform, platform.BootstrapSecret, "aaaaaaaaaaaaaaaa")).Status);
        Assert.Equal(401, (await Use(platform, "boot_wrong", ClockedProduct.Password)).Status);
        Assert.Equal("""{"passwordSet":false}""", (await platform.Rest(HttpMethod.Get, "/v1/bootstrap", credential: "")).Text);
        Assert.Equal(201, (await Use(platform, platform.BootstrapSecret, ClockedProduct.Password)).Status);
        Assert.Equal(401, (await Use(platform, platform.BootstrapSecret, ClockedProduct.Password)).Status);
    }

    private static Task<Reply> Use(PlatformApplication platform, string secret, string password) =>
        platform.Rest(HttpMethod.Post, "/v1/bootstrap", new { secret, password }, "");
}
