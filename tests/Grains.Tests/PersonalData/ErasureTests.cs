using Orleans;
using Orleans.Runtime;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Operations;
using Platform.Abstractions.PersonalData;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenants;
using Platform.Grains.PersonalData;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.PersonalData;

/// <summary>A person who has everything that a person can have, erased on two silos beside another who must not notice.</summary>
[Collection(OnTheCluster.Name), Trait("Control", "AL-3")]
public sealed class ErasureTests(SharedCluster shared)
{
    private const string Alice = "usr_alice";
    private const string Bob = "usr_bob";
    private const string Password = "correct horse battery staple";
    private const string AliceName = "Alice Liddell of Oxford";

    private static readonly string[] Steps = ErasurePlan.Steps(["sign-in", "sessions", "issued-keys", "client-certificates"]);

    private readonly GrainCluster _cluster = shared.Cluster;

    /// <summary>Each step is one write, and so is the beginning.</summary>
    public static TheoryData<int> Writes { get; } = [.. Enumerable.Range(0, Steps.Length)];

    [Fact]
    public async Task Everything_of_the_person_goes_and_nothing_of_another()
    {
        var people = await GivenPeopleAsync();

        Assert.Equal(OperationState.Running, (await EraseAsync(people.Tenant)).State);
        await FinishAsync(people.Tenant);

        await AssertGoneAsync(people);
        await AssertThereAsync(people, Bob, people.BobSession);
        var removed = (await RecordAsync(people.Tenant)).Removed;
        Assert.Equal([1, 1, 1, 0], removed.Select(things => things.Count));
    }

    [Fact]
    public async Task Nobody_is_let_in_any_more_before_the_request_is_answered()
    {
        var people = await GivenPeopleAsync();

        await EraseAsync(people.Tenant);

        Assert.Equal(ProblemCode.Unauthenticated, await Session(people.Tenant, people.AliceSession).UseAsync(people.AliceSession).Refusal());
        Assert.Equal(ProblemCode.Unauthenticated, await Login(people.Tenant, Alice).VerifyAsync(new LoginProof(Password, null)).Refusal());
        Assert.Equal(ProblemCode.Unauthenticated, await Principal(people.Tenant, Alice).AccessAsync().Refusal());
        Assert.NotEqual(OperationState.Succeeded, (await Erasure(people.Tenant).GetAsync().Value()).State);
    }

    [Theory, MemberData(nameof(Writes))]
    public async Task An_erasure_that_dies_after_a_step_and_before_noting_it_goes_on_where_it_was(int writes)
    {
        var people = await GivenPeopleAsync();
        _cluster.Storage.FailWrite("erasure", people.Tenant, Alice, writes + 1);

        try
        {
            await EraseAsync(people.Tenant);
        }
        catch (Exception died) when (died is not Xunit.Sdk.XunitException)
        {
            // The first steps are done before the request is answered.
        }

        _cluster.Clock.Advance(ErasurePlan.SettleTime);
        await WakeAsync(people.Tenant);
        await _cluster.DeactivateAsync(Erasure(people.Tenant));
        await FinishAsync(people.Tenant);

        await AssertGoneAsync(people);
        Assert.Equal([1, 1, 1, 0], (await RecordAsync(people.Tenant)).Removed.Select(things => things.Count));
    }

    [Fact]
    public async Task An_erasure_that_dies_after_every_single_step_ends_all_the_same()
    {
        var people = await GivenPeopleAsync();
        await EraseAsync(people.Tenant);
        _cluster.Clock.Advance(ErasurePlan.SettleTime);

        for (var step = 0; step <= Steps.Length; step++)
        {
            _cluster.Storage.FailWrite("erasure", people.Tenant, Alice, 1);
            await WakeAsync(people.Tenant);
            await _cluster.DeactivateAsync(Erasure(people.Tenant));
        }

        await FinishAsync(people.Tenant);
        await AssertGoneAsync(people);
    }

    [Fact]
    public async Task A_reminder_is_there_while_it_runs_and_gone_when_it_is_over()
    {
        var people = await GivenPeopleAsync();
        await EraseAsync(people.Tenant);
        Assert.True(await _cluster.IsRemindedAsync(Erasure(people.Tenant), ErasureGrain.Reminder));

        await FinishAsync(people.Tenant);

        Assert.False(await _cluster.IsRemindedAsync(Erasure(people.Tenant), ErasureGrain.Reminder));
    }

    [Fact]
    public async Task A_request_that_died_before_anybody_was_shut_out_is_found_by_the_reminder()
    {
        var people = await GivenPeopleAsync();
        _cluster.Storage.FailWrite("principal", people.Tenant, Alice);
        await Assert.ThrowsAnyAsync<Exception>(() => EraseAsync(people.Tenant));
        await _cluster.DeactivateAsync(Erasure(people.Tenant));

        await FinishAsync(people.Tenant);

        await AssertGoneAsync(people);
    }

    [Fact]
    public async Task A_second_request_answers_how_far_the_first_is_and_erases_nothing_again()
    {
        var people = await GivenPeopleAsync();
        var first = await EraseAsync(people.Tenant);
        var second = await Erasure(people.Tenant).EraseAsync(new ErasePrincipal { Confirm = Alice, KeepIssuedKeys = true }, CallerOf(people.Tenant, "usr_other")).Value();
        await FinishAsync(people.Tenant);
        var record = await Erasure(people.Tenant).RecordAsync().Value();

        var third = await EraseAsync(people.Tenant);

        Assert.Equal((first.Id, first.CreatedAt, "usr_boss"), (second.Id, second.CreatedAt, second.RequestedBy));
        Assert.Equal((first.Id, OperationState.Succeeded), (third.Id, third.State));
        Assert.Equal(record, await Erasure(people.Tenant).RecordAsync().Value());
        Assert.Single(await TrailAsync(people.Tenant), line => line.Contains("principals/erased", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("usr_alic")]
    [InlineData("usr_Alice")]
    [InlineData("usr_bob")]
    [InlineData("")]
    public async Task The_wrong_name_erases_nobody(string confirm)
    {
        var people = await GivenPeopleAsync();

        Assert.Equal(ProblemCode.InvalidParams, await Erasure(people.Tenant).EraseAsync(new ErasePrincipal { Confirm = confirm }, CallerOf(people.Tenant, "usr_boss")).Refusal());

        await AssertThereAsync(people, Alice, people.AliceSession);
    }

    [Fact]
    public async Task The_last_admin_is_not_erased_until_somebody_else_is_one()
    {
        var people = await GivenPeopleAsync();
        var boss = _cluster.For(people.Tenant).Get<IErasureGrain>("usr_boss");

        Assert.Equal(ProblemCode.Conflict, await boss.EraseAsync(new ErasePrincipal { Confirm = "usr_boss" }, Operator).Refusal());
        Assert.Equal(ProblemCode.NotFound, await boss.GetAsync().Refusal());
        Assert.False(await _cluster.IsRemindedAsync(boss, ErasureGrain.Reminder));
        Assert.Null(await Principal(people.Tenant, "usr_boss").AccessAsync().Refusal());

        await Index(people.Tenant).SetRolesAsync(Bob, new SetRoles { Roles = ["admin"] }, Everything(people.Tenant)).Value();
        Assert.Equal(OperationState.Running, (await boss.EraseAsync(new ErasePrincipal { Confirm = "usr_boss" }, Operator).Value()).State);
    }

    [Fact]
    public async Task Two_admins_who_are_erased_at_the_same_time_leave_one()
    {
        var people = await GivenPeopleAsync();
        await Index(people.Tenant).SetRolesAsync(Bob, new SetRoles { Roles = ["admin"] }, Everything(people.Tenant)).Value();

        var erased = await Task.WhenAll(new[] { "usr_boss", Bob }.Select(id => _cluster.For(people.Tenant).Get<IErasureGrain>(id).EraseAsync(new ErasePrincipal { Confirm = id }, Operator)));

        Assert.Single(erased, outcome => outcome.Problem is { Code: ProblemCode.Conflict });
        Assert.True(await Index(people.Tenant).HasAdminAsync([]));
    }

    [Theory]
    [InlineData(PrincipalKind.Service, "svc_robot")]
    [InlineData(PrincipalKind.Device, "dev_robot")]
    [InlineData(PrincipalKind.Group, "grp_robot")]
    public async Task Who_is_no_person_has_no_personal_data(PrincipalKind kind, string id)
    {
        var people = await GivenPeopleAsync();
        await Index(people.Tenant).AddAsync(new AddPrincipal { Kind = kind, Name = "robot", DisplayName = "Robot" }, Everything(people.Tenant)).Value();

        Assert.Equal(ProblemCode.Conflict, await _cluster.For(people.Tenant).Get<IErasureGrain>(id).EraseAsync(new ErasePrincipal { Confirm = id }, Operator).Refusal());
        Assert.Equal(ProblemCode.Conflict, await _cluster.For(people.Tenant).Get<IPersonalExportGrain>(id).BeginAsync(Operator).Refusal());
        Assert.Null(await Principal(people.Tenant, id).GetAsync().Refusal());
    }

    [Fact]
    public async Task Nobody_erases_themselves_or_somebody_who_never_was()
    {
        var people = await GivenPeopleAsync();

        Assert.Equal(ProblemCode.Conflict, await Erasure(people.Tenant).EraseAsync(new ErasePrincipal { Confirm = Alice }, CallerOf(people.Tenant, Alice)).Refusal());
        Assert.Equal(ProblemCode.NotFound, await _cluster.For(people.Tenant).Get<IErasureGrain>("usr_nobody").EraseAsync(new ErasePrincipal { Confirm = "usr_nobody" }, Operator).Refusal());
        await AssertThereAsync(people, Alice, people.AliceSession);
    }

    [Fact]
    public async Task Nobody_is_given_the_id_again_and_a_providers_subject_does_not_come_back()
    {
        var people = await GivenPeopleAsync();
        var subject = $"ext_{new string('a', 40)}";
        await Index(people.Tenant).AdmitAsync(subject, new AdmitPrincipal("google", AliceName, ["user"])).Value();
        await EraseAsync(people.Tenant);
        await _cluster.For(people.Tenant).Get<IErasureGrain>(subject).EraseAsync(new ErasePrincipal { Confirm = subject }, Operator).Value();

        Assert.Equal(ProblemCode.Conflict, await Index(people.Tenant).AddAsync(new AddPrincipal { Kind = PrincipalKind.User, Name = "alice", DisplayName = "Another" }, Everything(people.Tenant)).Refusal());
        Assert.Equal(ProblemCode.Conflict, await Principal(people.Tenant, Alice).CreateAsync(new CreatePrincipal(PrincipalKind.User, "Another", []), Operator).Refusal());
        Assert.Equal(ProblemCode.Unauthenticated, await Index(people.Tenant).AdmitAsync(subject, new AdmitPrincipal("google", AliceName, ["user"])).Refusal());
        Assert.True(await Principal(people.Tenant, subject).IsShutOutAsync());
        Assert.Null((await Principal(people.Tenant, subject).RecordAsync())!.Provider);
    }

    [Fact]
    public async Task A_role_change_at_the_same_time_brings_nobody_back()
    {
        var people = await GivenPeopleAsync();

        var changes = Enumerable.Range(0, 20).Select(i => Index(people.Tenant).SetRolesAsync(Alice, new SetRoles { Roles = i % 2 == 0 ? ["admin"] : ["user"] }, Everything(people.Tenant)));
        var renames = Enumerable.Range(0, 20).Select(_ => Principal(people.Tenant, Alice).RenameAsync(new RenamePrincipal(AliceName), Operator));
        var erasing = EraseAsync(people.Tenant);
        await Task.WhenAll([.. changes, .. renames]);
        await erasing;
        await FinishAsync(people.Tenant);

        await AssertGoneAsync(people);
        Assert.False(await Index(people.Tenant).ExistsAsync(Alice));
    }

    [Fact]
    public async Task A_sign_in_that_began_before_opens_nothing_after()
    {
        var people = await GivenPeopleAsync();
        var verdict = await Login(people.Tenant, Alice).VerifyAsync(new LoginProof(Password, null)).Value();

        await EraseAsync(people.Tenant);
        var id = SessionToken.NewId();

        Assert.Equal(ProblemCode.Unauthenticated, await _cluster.For(people.Tenant).Get<IConsoleSessionGrain>(id).OpenAsync(new OpenConsoleSession(Alice, verdict, "192.0.2.1", "browser")).Refusal());
        Assert.Equal(ProblemCode.Unauthenticated, (await Login(people.Tenant, Alice).JudgeAsync(verdict))?.Code);
        await FinishAsync(people.Tenant);
        await AssertGoneAsync(people);
    }

    [Fact]
    public async Task An_invitation_of_before_lets_nobody_in()
    {
        var people = await GivenPeopleAsync();
        var invitation = await Login(people.Tenant, Alice).IssueSecretAsync(new IssueLoginSecret { Kind = LoginSecretKind.Invitation }, Operator).Value();

        await EraseAsync(people.Tenant);
        Assert.Equal(ProblemCode.Unauthenticated, await Login(people.Tenant, Alice).UseSecretAsync(new UseLoginSecret(invitation.Secret, Password, null)).Refusal());
        await FinishAsync(people.Tenant);
        Assert.Equal(ProblemCode.Unauthenticated, await Login(people.Tenant, Alice).UseSecretAsync(new UseLoginSecret(invitation.Secret, Password, null)).Refusal());
    }

    [Fact]
    public async Task Somebody_who_was_deleted_before_is_erased_with_what_was_left()
    {
        var people = await GivenPeopleAsync();
        Assert.Null(await Index(people.Tenant).DeleteAsync(Alice, Operator));
        Assert.True((await Login(people.Tenant, Alice).GetAsync()).PasswordSet);

        await EraseAsync(people.Tenant);
        await FinishAsync(people.Tenant);

        await AssertGoneAsync(people);
    }

    [Fact]
    public async Task Keys_that_the_person_made_for_services_go_on_when_that_was_asked_for()
    {
        var people = await GivenPeopleAsync();

        await Erasure(people.Tenant).EraseAsync(new ErasePrincipal { Confirm = Alice, KeepIssuedKeys = true }, CallerOf(people.Tenant, "usr_boss")).Value();
        await FinishAsync(people.Tenant);

        Assert.Null(await _cluster.For(people.Tenant).Get<IKeyGrain>(people.Key.Key.Id).VerifyAsync(people.Key.Secret).Refusal());
        Assert.True((await RecordAsync(people.Tenant)).KeptIssuedKeys);
    }

    [Fact]
    public async Task A_read_only_tenant_erases_and_exports_nobody()
    {
        var people = await GivenPeopleAsync();
        await _cluster.For(people.Tenant).The<ITenantGrain>().MakeReadOnlyAsync(new MakeReadOnly(), Operator).Value();

        Assert.Equal(ProblemCode.TenantReadOnly, await Erasure(people.Tenant).EraseAsync(new ErasePrincipal { Confirm = Alice }, Operator).Refusal());
        Assert.Equal(ProblemCode.TenantReadOnly, await _cluster.For(people.Tenant).Get<IPersonalExportGrain>(Alice).BeginAsync(CallerOf(people.Tenant, Alice)).Refusal());
    }

    [Fact, Trait("Control", "AL-4")]
    public async Task The_record_is_signed_by_the_audit_keys_and_says_nothing_of_the_person_but_the_id()
    {
        var people = await GivenPeopleAsync();
        await EraseAsync(people.Tenant);
        await FinishAsync(people.Tenant);

        var statement = await Erasure(people.Tenant).RecordAsync().Value();
        Assert.True(AuditKeyChain.TryRead(await _cluster.For(TenantId.Platform).Get<IAuditSignerGrain>("audit-keys").KeysAsync(), out var keys));
        Assert.True(AuditStatement.TryRead(statement, ErasureRecord.Type, out var signed));
        Assert.True(ErasureRecord.TryRead(signed.Payload, out var record));
        Assert.Null(keys.Check(signed, record.Erased, out _));
        Assert.Equal((people.Tenant.ToString(), Alice, "usr_boss", false), (record.Tenant, record.Principal, record.AskedBy, record.KeptIssuedKeys));
        Assert.DoesNotContain(AliceName, System.Text.Encoding.UTF8.GetString(signed.Payload), StringComparison.Ordinal);
        Assert.Equal([Alice], (await _cluster.For(people.Tenant).Get<IOperationListGrain>("list").ErasuresAsync(null, 10)).Select(operation => operation.Target));
        Assert.Empty(await _cluster.For(TenantId.Platform).Get<IOperationListGrain>("list").ErasuresAsync(null, 10) is var others ? others.Where(operation => operation.Tenant == people.Tenant) : []);
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task A_client_of_another_tenant_reaches_neither_erasure_nor_export()
    {
        var people = await GivenPeopleAsync();
        var (erasure, export) = (Erasure(people.Tenant), _cluster.For(people.Tenant).Get<IPersonalExportGrain>(Alice));
        var other = TenantId.New();
        _ = _cluster.For(other);

        await Assert.ThrowsAsync<Abstractions.Tenancy.TenantAccessException>(() => erasure.EraseAsync(new ErasePrincipal { Confirm = Alice }, CallerOf(other)));
        await Assert.ThrowsAsync<Abstractions.Tenancy.TenantAccessException>(() => export.BeginAsync(CallerOf(other)));
        await Assert.ThrowsAsync<Abstractions.Tenancy.TenantAccessException>(() => export.DownloadAsync());
    }

    private static Caller Operator { get; } = CallerOf(TenantId.Platform, "usr_operator");

    private static Authority Everything(TenantId tenant) => new(CallerOf(tenant), ["*"], []);

    private IErasureGrain Erasure(TenantId tenant) => _cluster.For(tenant).Get<IErasureGrain>(Alice);

    private IPrincipalIndexGrain Index(TenantId tenant) => _cluster.For(tenant).The<IPrincipalIndexGrain>();

    private IPrincipalGrain Principal(TenantId tenant, string id) => _cluster.For(tenant).Get<IPrincipalGrain>(id);

    private ILoginGrain Login(TenantId tenant, string id) => _cluster.For(tenant).Get<ILoginGrain>(id);

    private IConsoleSessionGrain Session(TenantId tenant, string token)
    {
        Assert.True(SessionToken.TryRead(token, out _, out var id));
        return _cluster.For(tenant).Get<IConsoleSessionGrain>(id);
    }

    private Task<OperationView> EraseAsync(TenantId tenant) => Erasure(tenant).EraseAsync(new ErasePrincipal { Confirm = Alice }, CallerOf(tenant, "usr_boss")).Value();

    private Task WakeAsync(TenantId tenant) => Erasure(tenant).AsReference<IRemindable>().ReceiveReminder(ErasureGrain.Reminder, default);

    /// <summary>Wakes the erasure until it is over: as the reminder does, only without a minute between.</summary>
    private async Task FinishAsync(TenantId tenant)
    {
        for (var tries = 0; tries < 10; tries++)
        {
            _cluster.Clock.Advance(ErasurePlan.SettleTime);
            await WakeAsync(tenant);
            if ((await Erasure(tenant).GetAsync().Value()).State == OperationState.Succeeded)
            {
                return;
            }
        }

        Assert.Fail($"The erasure does not end: {Array.Find((await Erasure(tenant).GetAsync().Value()).Steps, step => step.DoneAt is null)?.Name}.");
    }

    private async Task<ErasureRecord> RecordAsync(TenantId tenant)
    {
        Assert.True(AuditStatement.TryRead(await Erasure(tenant).RecordAsync().Value(), ErasureRecord.Type, out var statement));
        return ErasureRecord.TryRead(statement.Payload, out var record) ? record : throw new InvalidOperationException("This is no record.");
    }

    private async Task<string[]> TrailAsync(TenantId tenant) => [.. (await _cluster.For(tenant).Get<IAuditStreamGrain>("0").ReadAsync(1, 1_000)).Select(view => view.Record)];

    private async Task<People> GivenPeopleAsync()
    {
        var tenant = await _cluster.GivenTenantAsync();
        await Index(tenant).AddAsync(new AddPrincipal { Kind = PrincipalKind.User, Name = "boss", DisplayName = "The Boss", Roles = ["admin"] }, Everything(tenant)).Value();
        var alice = await GivenPersonAsync("alice", AliceName);
        var bob = await GivenPersonAsync("bob", "Bob");
        var key = await _cluster.For(tenant).The<IKeyIndexGrain>().IssueAsync(new IssueKey { Name = "robot", Roles = ["user"] }, KeyKind.Mcp, CallerOf(tenant, Alice)).Value();
        return new People(tenant, alice, bob, key);

        async Task<string> GivenPersonAsync(string name, string displayName)
        {
            await Index(tenant).AddAsync(new AddPrincipal { Kind = PrincipalKind.User, Name = name, DisplayName = displayName, Roles = ["user"] }, Everything(tenant)).Value();
            var secret = await Login(tenant, $"usr_{name}").IssueSecretAsync(new IssueLoginSecret { Kind = LoginSecretKind.Invitation }, Operator).Value();
            var verdict = await Login(tenant, $"usr_{name}").UseSecretAsync(new UseLoginSecret(secret.Secret, Password, null)).Value();
            var opened = await _cluster.For(tenant).Get<IConsoleSessionGrain>(SessionToken.NewId()).OpenAsync(new OpenConsoleSession($"usr_{name}", verdict, "192.0.2.1", $"browser of {displayName}")).Value();
            return opened.Token;
        }
    }

    /// <summary>No row of the tenant has a trace of the person but the id.</summary>
    private async Task AssertGoneAsync(People people)
    {
        Assert.Equal(ProblemCode.NotFound, await Principal(people.Tenant, Alice).GetAsync().Refusal());
        Assert.Equal(new LoginView(), await Login(people.Tenant, Alice).GetAsync());
        Assert.Equal(ProblemCode.Unauthenticated, await Session(people.Tenant, people.AliceSession).UseAsync(people.AliceSession).Refusal());
        Assert.Empty(await _cluster.For(people.Tenant).The<ISessionListGrain>().PageAsync(Alice, null, 10));
        Assert.Equal(ProblemCode.Unauthenticated, await _cluster.For(people.Tenant).Get<IKeyGrain>(people.Key.Key.Id).VerifyAsync(people.Key.Secret).Refusal());
        Assert.DoesNotContain(AliceName, await _cluster.DumpAsync(people.Tenant), StringComparison.Ordinal);
        Assert.Equal(Alice, (await RecordAsync(people.Tenant)).Principal);
    }

    private async Task AssertThereAsync(People people, string id, string session)
    {
        Assert.Equal(id, (await Session(people.Tenant, session).UseAsync(session).Value()).Principal);
        Assert.True((await Login(people.Tenant, id).GetAsync()).PasswordSet);
        Assert.Null(await Login(people.Tenant, id).VerifyAsync(new LoginProof(Password, null)).Refusal());
    }

    private sealed record People(TenantId Tenant, string AliceSession, string BobSession, KeyIssued Key);
}
