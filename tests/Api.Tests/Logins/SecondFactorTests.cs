using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Logins;

[Collection(ClockedTests.Name), Trait("Control", "AU-11")]
public sealed class SecondFactorTests(ClockedProduct product)
{
    private readonly Platform.Testing.PlatformApplication _platform = product.Platform;

    [Fact]
    public async Task With_an_authenticator_a_password_alone_opens_nothing_and_a_code_works_once()
    {
        var anna = await Person.MakeAsync(product, (await TenantClient.MakeAsync(_platform)).Slug, "admin");
        var (secret, _) = await anna.GivenAuthenticator(await anna.GivenSession());
        product.GivenAQuietMinute();

        var alone = await anna.SignIn();
        Assert.Equal((401, "second-factor-required"), (alone.Status, alone.Json.GetProperty("code").GetString()));
        Assert.Equal("unauthenticated", (await anna.SignIn("wrong password", anna.CodeOf(secret))).Json.GetProperty("code").GetString());
        Assert.Equal(401, (await anna.SignIn(code: "000000")).Status);
        var code = anna.CodeOf(secret);
        Assert.Equal(201, (await anna.SignIn(code: code)).Status);
        Assert.Equal(401, (await anna.SignIn(code: code)).Status);
    }

    [Fact]
    public async Task A_recovery_code_works_once()
    {
        var anna = await Person.MakeAsync(product, (await TenantClient.MakeAsync(_platform)).Slug, "admin");
        var (_, confirmed) = await anna.GivenAuthenticator(await anna.GivenSession());
        product.GivenAQuietMinute();
        var code = confirmed.GetProperty("recoveryCodes")[0].GetString();

        Assert.Equal(201, (await anna.SignIn(code: code)).Status);
        Assert.Equal(401, (await anna.SignIn(code: code)).Status);
    }

    [Fact]
    public async Task A_confirmation_that_is_sent_again_tells_no_recovery_code_and_no_token_again()
    {
        var anna = await Person.MakeAsync(product, (await TenantClient.MakeAsync(_platform)).Slug, "admin");
        var session = await anna.GivenSession();
        var enrolled = await _platform.Rest(HttpMethod.Post, "/v1/sessions/current/totp:enrol", new { password = Person.Password }, session);
        var code = anna.CodeOf(Person.FromBase32(enrolled.Json.GetProperty("secret").GetString()!));

        var first = await ConfirmAsync(session);
        var token = Person.TokenOf(first);
        var second = await ConfirmAsync(token);

        Assert.Equal((200, 200, "true"), (first.Status, second.Status, second.Header("Idempotency-Replayed")));
        Assert.DoesNotContain(token, second.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(first.Json.GetProperty("recoveryCodes")[0].GetString()!, second.Text, StringComparison.Ordinal);

        Task<Reply> ConfirmAsync(string credential)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_platform.ManagementUrl, "/v1/sessions/current/totp:confirm")) { Content = System.Net.Http.Json.JsonContent.Create(new { code }) };
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {credential}");
            request.Headers.TryAddWithoutValidation("Idempotency-Key", "confirm-once");
            return _platform.Send(request);
        }
    }

    [Fact]
    public async Task A_confirmation_ends_all_sessions_and_goes_on_under_a_new_id()
    {
        var anna = await Person.MakeAsync(product, (await TenantClient.MakeAsync(_platform)).Slug, "admin");
        var (before, other) = (await anna.GivenSession(), await anna.GivenSession());

        var (_, confirmed) = await anna.GivenAuthenticator(before);

        var after = confirmed.GetProperty("token").GetString()!;
        Assert.NotEqual(Person.IdOf(before), Person.IdOf(after));
        var seen = await Statuses(before, other, after);
        Assert.Equal([401, 401, 200], seen);
    }

    [Fact]
    public async Task Taking_the_authenticator_away_needs_the_password_and_a_code()
    {
        var anna = await Person.MakeAsync(product, (await TenantClient.MakeAsync(_platform)).Slug, "admin");
        var (secret, confirmed) = await anna.GivenAuthenticator(await anna.GivenSession());
        var token = confirmed.GetProperty("token").GetString()!;
        product.GivenAQuietMinute();

        Assert.Equal(400, (await Disable("wrong password", anna.CodeOf(secret))).Status);
        Assert.Equal(400, (await Disable(Person.Password, "000000")).Status);
        Assert.Equal(200, (await Disable(Person.Password, anna.CodeOf(secret))).Status);
        Assert.Equal(201, (await anna.SignIn()).Status);

        Task<Reply> Disable(string password, string code) => _platform.Rest(HttpMethod.Post, "/v1/sessions/current/totp:disable", new { password, code }, token);
    }

    [Fact]
    public async Task Where_admins_need_a_second_factor_one_without_may_only_set_it_up()
    {
        var tenant = await TenantClient.MakeAsync(_platform);
        var anna = await Person.MakeAsync(product, tenant.Slug, "admin");
        var user = await Person.MakeAsync(product, tenant.Slug, "user");
        var token = await anna.GivenSession();
        Assert.Equal(200, (await _platform.Rest(HttpMethod.Put, $"/v1/tenants/{tenant.Slug}/login-policy", new { secondFactor = "admins" }, token, ifMatch: "*")).Status);

        Assert.Equal(403, (await _platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/keys", credential: token)).Status);
        Assert.True((await anna.SignIn()).Json.GetProperty("session").GetProperty("secondFactorNeeded").GetBoolean());
        Assert.False((await user.SignIn()).Json.GetProperty("session").GetProperty("secondFactorNeeded").GetBoolean());
        var (_, confirmed) = await anna.GivenAuthenticator(token);
        Assert.Equal(200, (await _platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/keys", credential: confirmed.GetProperty("token").GetString())).Status);
    }

    [Fact]
    public async Task A_stolen_session_cannot_guess_the_password()
    {
        var anna = await Person.MakeAsync(product, (await TenantClient.MakeAsync(_platform)).Slug, "admin");
        var token = await anna.GivenSession();
        product.GivenAQuietMinute();
        var seen = new List<int>();
        foreach (var i in Enumerable.Range(0, 25))
        {
            seen.Add((await _platform.Rest(HttpMethod.Post, "/v1/sessions/current:changePassword", new { oldPassword = $"guess {i}", newPassword = "another good password" }, token)).Status);
        }

        Assert.All(seen.Take(10), status => Assert.Equal(400, status));
        Assert.Contains(429, seen.Skip(10));
        product.GivenAQuietMinute();
    }

    private async Task<int[]> Statuses(params string[] tokens)
    {
        var seen = new List<int>();
        foreach (var token in tokens)
        {
            seen.Add((await _platform.Rest(HttpMethod.Get, "/v1/sessions/current", credential: token)).Status);
        }

        return [.. seen];
    }
}
