using System.Text.Json;
using Orleans.Runtime;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Logins;
using Platform.Grains.Principals;
using Platform.Grains.Storage;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Logins;

[Collection(OnTheCluster.Name)]
public sealed class LoginGrainTests(SharedCluster shared)
{
    private const string Password = "correct horse battery staple";

    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly TenantId _tenant = TenantId.New();

    private ILoginGrain Login => _cluster.For(_tenant).Get<ILoginGrain>("usr_anna");

    [Fact, Trait("Control", "AU-8")]
    public async Task A_user_who_does_not_exist_an_absent_password_and_a_wrong_one_are_refused_with_the_same_words()
    {
        var nobody = (await Login.VerifyAsync(new LoginProof(Password, null))).Problem;
        await CreateAsync();
        var absent = (await Login.VerifyAsync(new LoginProof(Password, null))).Problem;
        await Login.UseSecretAsync(new UseLoginSecret(await BootstrapAsync(), Password, null)).Value();

        var wrong = (await Login.VerifyAsync(new LoginProof("correct horse battery stapler", null))).Problem;

        Assert.Equal(ProblemCode.Unauthenticated, wrong!.Code);
        Assert.Equivalent(wrong, nobody, strict: true);
        Assert.Equivalent(wrong, absent, strict: true);
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task The_bootstrap_secret_sets_the_first_password_once()
    {
        await CreateAsync();
        var secret = await BootstrapAsync();

        await Login.UseSecretAsync(new UseLoginSecret(secret, Password, null)).Value();

        Assert.True((await Login.GetAsync()).PasswordSet);
        Assert.Null(await VerifyAsync(Password));
        Assert.Equal(ProblemCode.Unauthenticated, await Login.UseSecretAsync(new UseLoginSecret(secret, "another password", null)).Refusal());
        await _cluster.DeactivateAsync(Login);
        Assert.Equal(ProblemCode.Unauthenticated, await Login.UseSecretAsync(new UseLoginSecret(secret, "another password", null)).Refusal());
        Assert.Null(await VerifyAsync(Password));
    }

    [Fact]
    public async Task Who_is_invited_and_has_no_password_is_known_as_invited_until_there_is_one()
    {
        await CreateAsync();
        Assert.Null(await InvitedUntilAsync());
        var invitation = await Login.IssueSecretAsync(new IssueLoginSecret { Kind = LoginSecretKind.Invitation }, CallerOf(_tenant)).Value();
        Assert.Equal(invitation.ExpiresAt, await InvitedUntilAsync());

        await Login.UseSecretAsync(new UseLoginSecret(invitation.Secret, Password, null)).Value();
        Assert.Null(await InvitedUntilAsync());
        await Login.IssueSecretAsync(new IssueLoginSecret { Kind = LoginSecretKind.Invitation }, CallerOf(_tenant)).Value();
        Assert.Null(await InvitedUntilAsync());
        var again = await Login.IssueSecretAsync(new IssueLoginSecret { Kind = LoginSecretKind.Invitation, EndAccess = true }, CallerOf(_tenant)).Value();
        Assert.Equal(again.ExpiresAt, await InvitedUntilAsync());

        async Task<DateTimeOffset?> InvitedUntilAsync()
        {
            var listed = Assert.Single(await _cluster.For(_tenant).The<IPrincipalIndexGrain>().PageAsync(null, null, 10));
            Assert.Equal((await _cluster.For(_tenant).Get<IPrincipalGrain>("usr_anna").GetAsync().Value()).InvitedUntil, listed.InvitedUntil);
            return listed.InvitedUntil;
        }
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task Of_two_uses_of_a_secret_at_once_exactly_one_wins()
    {
        await CreateAsync();
        var secret = await BootstrapAsync();
        string[] passwords = ["the first password", "the second password"];

        var outcomes = await Task.WhenAll(
            _cluster.For(_tenant, silo: 0).Get<ILoginGrain>("usr_anna").UseSecretAsync(new UseLoginSecret(secret, passwords[0], null)),
            _cluster.For(_tenant, silo: 1).Get<ILoginGrain>("usr_anna").UseSecretAsync(new UseLoginSecret(secret, passwords[1], null)));

        var winner = Array.FindIndex(outcomes, outcome => outcome.Problem is null);
        Assert.Single(outcomes, outcome => outcome.Problem is null);
        Assert.Null(await VerifyAsync(passwords[winner]));
        Assert.NotNull(await VerifyAsync(passwords[1 - winner]));
    }

    [Theory, Trait("Control", "AU-11")]
    [InlineData("")]
    [InlineData("boot_")]
    [InlineData("boot_23456789abcdefghjkmnpqrstuvwxyz2")]
    public async Task A_wrong_secret_is_refused_and_uses_nothing_up(string wrong)
    {
        await CreateAsync();
        var secret = await BootstrapAsync();

        Assert.Equal(ProblemCode.Unauthenticated, await Login.UseSecretAsync(new UseLoginSecret(wrong, Password, null)).Refusal());
        Assert.Null(await Login.UseSecretAsync(new UseLoginSecret(secret, Password, null)).Refusal());
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task A_newer_secret_replaces_the_older_and_with_a_password_set_no_bootstrap_secret_is_issued()
    {
        await CreateAsync();
        var older = await BootstrapAsync();
        var newer = await BootstrapAsync();

        Assert.Equal(ProblemCode.Unauthenticated, await Login.UseSecretAsync(new UseLoginSecret(older, Password, null)).Refusal());
        Assert.Null(await Login.UseSecretAsync(new UseLoginSecret(newer, Password, null)).Refusal());
        Assert.Equal(ProblemCode.Conflict, await Login.IssueSecretAsync(new IssueLoginSecret { Kind = LoginSecretKind.Bootstrap }, CallerOf(_tenant)).Refusal());
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task A_password_that_is_not_on_disk_uses_no_secret_up()
    {
        await CreateAsync();
        var secret = await BootstrapAsync();
        _cluster.Storage.FailWrite("login", _tenant, "usr_anna");
        await Assert.ThrowsAsync<OrleansException>(() => Login.UseSecretAsync(new UseLoginSecret(secret, Password, null)));

        Assert.False((await Login.GetAsync()).PasswordSet);
        Assert.Null(await Login.UseSecretAsync(new UseLoginSecret(secret, Password, null)).Refusal());
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task A_secret_is_given_out_and_a_new_password_ends_all_sessions_though_the_principal_cannot_be_told()
    {
        await CreateAsync();
        var invite = new IssueLoginSecret { Kind = LoginSecretKind.Invitation };
        _cluster.Storage.FailWrite("principal", _tenant, "usr_anna");
        await Login.IssueSecretAsync(invite, CallerOf(_tenant)).Value();
        Assert.Null(await InvitedUntilAsync());

        var invitation = await Login.IssueSecretAsync(invite, CallerOf(_tenant)).Value();
        var before = await Login.GenerationAsync();
        _cluster.Storage.FailWrite("principal", _tenant, "usr_anna");
        await Login.UseSecretAsync(new UseLoginSecret(invitation.Secret, Password, null)).Value();
        Assert.NotEqual(before, await Login.GenerationAsync());
        Assert.Null(await VerifyAsync(Password));
        Assert.Equal(invitation.ExpiresAt, await InvitedUntilAsync());

        async Task<DateTimeOffset?> InvitedUntilAsync() => (await _cluster.For(_tenant).Get<IPrincipalGrain>("usr_anna").GetAsync().Value()).InvitedUntil;
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task An_invitation_lapses_after_72_hours()
    {
        await CreateAsync();
        var kept = await Login.IssueSecretAsync(new IssueLoginSecret { Kind = LoginSecretKind.Invitation }, CallerOf(_tenant)).Value();
        _cluster.Clock.Advance(TimeSpan.FromHours(72));

        Assert.Equal(ProblemCode.Unauthenticated, await Login.UseSecretAsync(new UseLoginSecret(kept.Secret, Password, null)).Refusal());
        var fresh = await Login.IssueSecretAsync(new IssueLoginSecret { Kind = LoginSecretKind.Invitation }, CallerOf(_tenant)).Value();
        Assert.Null(await Login.UseSecretAsync(new UseLoginSecret(fresh.Secret, Password, null)).Refusal());
    }

    [Fact, Trait("Control", "IR-4")]
    public async Task A_secret_from_before_all_credentials_were_revoked_is_dead_and_one_from_afterwards_works()
    {
        await CreateAsync();
        var before = await Login.IssueSecretAsync(new IssueLoginSecret { Kind = LoginSecretKind.Invitation }, CallerOf(_tenant)).Value();
        await _cluster.For(_tenant).The<ITenantGrain>().RevokeCredentialsAsync(CallerOf(TenantId.Platform)).Value();

        Assert.Equal(ProblemCode.Unauthenticated, await Login.UseSecretAsync(new UseLoginSecret(before.Secret, Password, null)).Refusal());
        Assert.False((await Login.GetAsync()).PasswordSet);
        Assert.Null(await Login.SecretUsedAtAsync());
        _cluster.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var after = await Login.IssueSecretAsync(new IssueLoginSecret { Kind = LoginSecretKind.Invitation }, CallerOf(_tenant)).Value();
        Assert.Null(await Login.UseSecretAsync(new UseLoginSecret(after.Secret, Password, null)).Refusal());
        Assert.Equal(_cluster.Clock.GetUtcNow(), await Login.SecretUsedAtAsync());
    }

    [Fact, Trait("Control", "IR-4")]
    public async Task While_the_tenant_is_suspended_no_secret_sets_a_password_and_none_is_used_up()
    {
        await CreateAsync();
        var invitation = await Login.IssueSecretAsync(new IssueLoginSecret { Kind = LoginSecretKind.Invitation }, CallerOf(_tenant)).Value();
        var tenant = _cluster.For(_tenant).The<ITenantGrain>();
        await tenant.SuspendAsync(new SuspendTenant(), resumeAlone: true, CallerOf(TenantId.Platform)).Value();

        Assert.Equal(ProblemCode.TenantSuspended, await Login.UseSecretAsync(new UseLoginSecret(invitation.Secret, Password, null)).Refusal());
        Assert.Equal(ProblemCode.Unauthenticated, await Login.UseSecretAsync(new UseLoginSecret(invitation.Secret + "2", Password, null)).Refusal());
        Assert.False((await Login.GetAsync()).PasswordSet);
        await tenant.ResumeAsync(new ResumeTerms(null, null, TimeSpan.FromHours(1)), CallerOf(TenantId.Platform)).Value();
        Assert.Null(await Login.UseSecretAsync(new UseLoginSecret(invitation.Secret, Password, null)).Refusal());
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task An_invitation_that_ends_access_ends_the_password_at_once_and_the_generation_of_sessions()
    {
        var before = await GivenPasswordAsync();
        var invitation = await Login.IssueSecretAsync(new IssueLoginSecret { Kind = LoginSecretKind.Invitation, EndAccess = true }, CallerOf(_tenant)).Value();

        Assert.Equal(ProblemCode.Unauthenticated, await VerifyAsync(Password));
        Assert.NotEqual(before.Generation, await Login.GenerationAsync());
        Assert.Null(await Login.UseSecretAsync(new UseLoginSecret(invitation.Secret, "another good password", null)).Refusal());
        Assert.Null(await VerifyAsync("another good password"));
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task A_service_gets_no_invitation()
    {
        await _cluster.For(_tenant).Get<IPrincipalGrain>("svc_robot").CreateAsync(new CreatePrincipal(PrincipalKind.Service, "Robot", ["user"]), CallerOf(_tenant)).Value();

        Assert.Equal(ProblemCode.Conflict, await _cluster.For(_tenant).Get<ILoginGrain>("svc_robot").IssueSecretAsync(new IssueLoginSecret { Kind = LoginSecretKind.Invitation }, CallerOf(_tenant)).Refusal());
    }

    [Fact, Trait("Control", "AU-8")]
    public async Task The_own_password_is_changed_with_the_old_one_only_and_ends_all_sessions()
    {
        var before = await GivenPasswordAsync();

        Assert.Equal(ProblemCode.InvalidParams, await Login.ChangePasswordAsync(new ChangePassword { OldPassword = "wrong", NewPassword = "another good password" }, CallerOf(_tenant)).Refusal());
        Assert.Null(await VerifyAsync(Password));
        var after = await Login.ChangePasswordAsync(new ChangePassword { OldPassword = Password, NewPassword = "another good password" }, CallerOf(_tenant)).Value();

        Assert.Equal(ProblemCode.Unauthenticated, await VerifyAsync(Password));
        Assert.Null(await VerifyAsync("another good password"));
        Assert.NotEqual(before.Generation, after.Generation);
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task An_authenticator_counts_once_it_is_confirmed_and_its_codes_work_once()
    {
        await GivenPasswordAsync();
        var enrolment = await Login.EnrolTotpAsync(new EnrolTotp { Password = Password }, CallerOf(_tenant)).Value();
        Assert.Null(await VerifyAsync(Password));

        await ConfirmAsync(enrolment);
        Assert.Equal(ProblemCode.SecondFactorRequired, await VerifyAsync(Password));
        Assert.Equal(ProblemCode.Unauthenticated, await VerifyAsync("wrong", Code(enrolment)));
        Assert.Equal(ProblemCode.Unauthenticated, await VerifyAsync(Password, Code(enrolment)));
        _cluster.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.True((await Login.VerifyAsync(new LoginProof(Password, Code(enrolment))).Value()).SecondFactor);
        Assert.Equal(ProblemCode.Unauthenticated, await VerifyAsync(Password, Code(enrolment)));
        await _cluster.DeactivateAsync(Login);
        Assert.Equal(ProblemCode.Unauthenticated, await VerifyAsync(Password, Code(enrolment)));
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task An_enrolment_needs_the_password_and_a_right_code_within_ten_minutes()
    {
        await GivenPasswordAsync();
        Assert.Equal(ProblemCode.InvalidParams, await Login.EnrolTotpAsync(new EnrolTotp { Password = "wrong" }, CallerOf(_tenant)).Refusal());
        var enrolment = await Login.EnrolTotpAsync(new EnrolTotp { Password = Password }, CallerOf(_tenant)).Value();

        Assert.Equal(ProblemCode.InvalidParams, await Login.ConfirmTotpAsync(new ConfirmTotp { Code = "000000" }, CallerOf(_tenant)).Refusal());
        _cluster.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(ProblemCode.Conflict, await Login.ConfirmTotpAsync(new ConfirmTotp { Code = Code(enrolment) }, CallerOf(_tenant)).Refusal());
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task A_recovery_code_stands_for_the_authenticator_once()
    {
        await GivenPasswordAsync();
        var confirmed = await ConfirmAsync(await Login.EnrolTotpAsync(new EnrolTotp { Password = Password }, CallerOf(_tenant)).Value());

        Assert.Equal(10, confirmed.RecoveryCodes.Length);
        Assert.Null(await VerifyAsync(Password, confirmed.RecoveryCodes[3]));
        Assert.Equal(ProblemCode.Unauthenticated, await VerifyAsync(Password, confirmed.RecoveryCodes[3]));
        Assert.Null(await VerifyAsync(Password, confirmed.RecoveryCodes[4].Replace("-", "", StringComparison.Ordinal).ToUpperInvariant()));
        Assert.Equal(8, (await Login.GetAsync()).RecoveryCodesLeft);
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task An_invitation_asks_for_the_authenticator_too_unless_it_resets_it()
    {
        await GivenPasswordAsync();
        await ConfirmAsync(await Login.EnrolTotpAsync(new EnrolTotp { Password = Password }, CallerOf(_tenant)).Value());
        var keeps = await Login.IssueSecretAsync(new IssueLoginSecret { Kind = LoginSecretKind.Invitation }, CallerOf(_tenant)).Value();
        Assert.Equal(ProblemCode.SecondFactorRequired, await Login.UseSecretAsync(new UseLoginSecret(keeps.Secret, "another good password", null)).Refusal());
        Assert.Equal(ProblemCode.SecondFactorRequired, await VerifyAsync(Password));

        var resets = await Login.IssueSecretAsync(new IssueLoginSecret { Kind = LoginSecretKind.Invitation, ResetSecondFactor = true }, CallerOf(_tenant)).Value();
        await Login.UseSecretAsync(new UseLoginSecret(resets.Secret, "another good password", null)).Value();

        Assert.Null(await VerifyAsync("another good password"));
        Assert.False((await Login.GetAsync()).SecondFactor);
    }

    [Fact, Trait("Control", "AU-11")]
    public async Task The_authenticators_secret_is_nowhere_in_the_state()
    {
        await GivenPasswordAsync();
        var enrolment = await Login.EnrolTotpAsync(new EnrolTotp { Password = Password }, CallerOf(_tenant)).Value();
        var confirmed = await ConfirmAsync(enrolment);

        var stored = new GrainState<LoginState>();
        await _cluster.Storage.ReadStateAsync("login", GrainId.Create("login", GrainKeys.For(_tenant, "usr_anna")), stored);
        var text = JsonSerializer.Serialize(stored.State!, GrainStateJson.Default.LoginState);

        Assert.DoesNotContain(enrolment.Secret, text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(FromBase32(enrolment.Secret)), text, StringComparison.Ordinal);
        Assert.DoesNotContain(confirmed.RecoveryCodes[0], text, StringComparison.Ordinal);
        Assert.NotNull(stored.State!.Factor);
    }

    [Fact, Trait("Control", "AU-8")]
    public async Task A_password_of_the_former_format_goes_on_working_and_leaves_the_principals_state()
    {
        await GivenFormerStateAsync($$"""{"kind":1,"displayName":"Anna","roles":["admin"],"createdAt":"2026-01-01T00:00:00+00:00","passwordHash":"{{PasswordHash.Create(Password, PasswordRules.FewestRounds)}}"}""");

        Assert.Null(await VerifyAsync(Password));
        Assert.Equal(ProblemCode.Unauthenticated, await VerifyAsync("wrong"));
        Assert.Null(await _cluster.For(_tenant).Get<IPrincipalGrain>("usr_anna").FormerLoginAsync());
        await _cluster.DeactivateAsync(Login);
        Assert.Null(await VerifyAsync(Password));
        Assert.Equal(["admin"], (await _cluster.For(_tenant).Get<IPrincipalGrain>("usr_anna").GetAsync().Value()).Roles);
        Assert.StartsWith("pbkdf2-sha512$210000$", (await StoredAsync()).PasswordHash, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "AU-8")]
    public async Task A_take_over_that_was_cut_short_is_done_again()
    {
        await GivenFormerStateAsync($$"""{"kind":1,"displayName":"Anna","roles":["admin"],"createdAt":"2026-01-01T00:00:00+00:00","passwordHash":"{{PasswordHash.Create(Password)}}"}""");
        _cluster.Storage.FailWrite("principal", _tenant, "usr_anna");
        await Assert.ThrowsAnyAsync<Exception>(() => Login.GetAsync());

        Assert.Null(await VerifyAsync(Password));
        Assert.Null(await _cluster.For(_tenant).Get<IPrincipalGrain>("usr_anna").FormerLoginAsync());
    }

    private async Task<LoginState> StoredAsync()
    {
        var stored = new GrainState<LoginState>();
        await _cluster.Storage.ReadStateAsync("login", GrainId.Create("login", GrainKeys.For(_tenant, "usr_anna")), stored);
        return stored.State!;
    }

    /// <summary>A principal's row as it was written before logins had grains of their own.</summary>
    private Task GivenFormerStateAsync(string json) => _cluster.Storage.WriteStateAsync("principal", GrainId.Create("principal", GrainKeys.For(_tenant, "usr_anna")),
        new GrainState<PrincipalState>(JsonSerializer.Deserialize(json, GrainStateJson.Default.PrincipalState)!));

    private async Task<PrincipalView> CreateAsync()
    {
        await _cluster.For(_tenant).The<ITenantGrain>().CreateAsync(new CreateTenant { Slug = _tenant.ToString() }, CallerOf(TenantId.Platform));
        return await _cluster.For(_tenant).Get<IPrincipalGrain>("usr_anna").CreateAsync(new CreatePrincipal(PrincipalKind.User, "Anna", ["user"]), CallerOf(_tenant)).Value();
    }

    private async Task<string> BootstrapAsync() => (await Login.IssueSecretAsync(new IssueLoginSecret { Kind = LoginSecretKind.Bootstrap }, CallerOf(_tenant)).Value()).Secret;

    private async Task<LoginVerdict> GivenPasswordAsync()
    {
        await CreateAsync();
        return await Login.UseSecretAsync(new UseLoginSecret(await BootstrapAsync(), Password, null)).Value();
    }

    private Task<ProblemCode?> VerifyAsync(string password, string? code = null) => Login.VerifyAsync(new LoginProof(password, code)).Refusal();

    private Task<TotpConfirmed> ConfirmAsync(TotpEnrolment enrolment) => Login.ConfirmTotpAsync(new ConfirmTotp { Code = Code(enrolment) }, CallerOf(_tenant)).Value();

    private string Code(TotpEnrolment enrolment) => Totp.Code(FromBase32(enrolment.Secret), Totp.StepAt(_cluster.Clock.GetUtcNow()));

    private static byte[] FromBase32(string text)
    {
        var bits = string.Concat(text.Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}
