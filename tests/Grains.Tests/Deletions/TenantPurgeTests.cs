using System.Text;
using Orleans;
using Orleans.Runtime;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Deletions;
using Platform.Abstractions.Files;
using Platform.Abstractions.Identity;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Operations;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Webhooks;
using Platform.Grains.Deletions;
using Platform.Grains.Storage;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Deletions;

/// <summary>A tenant with something of everything, taken apart on two silos over the product's storage, beside another that must not notice.</summary>
[Collection(OnTheCluster.Name)]
public sealed class TenantPurgeTests(SharedCluster shared)
{
    private static readonly string[] Steps = PurgePlan.Steps(["files"]);
    private static readonly TimeSpan Grace = TimeSpan.FromDays(30);

    private readonly GrainCluster _cluster = shared.Cluster;

    /// <summary>Each step is one write.</summary>
    public static TheoryData<int> Writes { get; } = [.. Enumerable.Range(0, Steps.Length)];

    [Fact]
    public async Task Everything_of_the_tenant_goes_and_nothing_of_another()
    {
        var (mine, theirs) = (await GivenTenantAsync("acme"), await GivenTenantAsync("acme2"));
        var before = await _cluster.Rows.CountAsync(theirs.Id.ToString(), Cancel);
        Assert.InRange((await _cluster.Rows.CountAsync(mine.Id.ToString(), Cancel)).Count, 7, 100);

        await DeleteAsync(mine.Id);
        await PurgeAsync(mine);
        await FinishAsync(mine.Id);

        await AssertGoneAsync(mine);
        Assert.Equal(before, await _cluster.Rows.CountAsync(theirs.Id.ToString(), Cancel));
        await AssertServedAsync(theirs);
    }

    [Theory, MemberData(nameof(Writes))]
    public async Task A_purge_that_dies_after_a_step_and_before_noting_it_goes_on_where_it_was(int writes)
    {
        var tenant = await GivenTenantAsync($"crash{writes}");
        await DeleteAsync(tenant.Id);
        await PurgeAsync(tenant);
        _cluster.Storage.FailWrite("tenant-purge", TenantId.Platform, tenant.Id.ToString(), writes);

        await WakeAsync(tenant.Id);
        await _cluster.DeactivateAsync(PurgeOf(tenant.Id));
        await FinishAsync(tenant.Id);

        await AssertGoneAsync(tenant);
        var removed = (await RecordAsync(tenant.Id)).Removed;
        Assert.Equal((1L, 1L, 1L), (CountOf(removed, "hosts"), CountOf(removed, "key-owners"), CountOf(removed, "files")));
        Assert.Equal(4, CountOf(removed, "secrets"));
        Assert.Equal(1, CountOf(removed, "rows/memory-resource"));
    }

    [Fact]
    public async Task A_purge_that_dies_after_every_single_step_ends_all_the_same()
    {
        var tenant = await GivenTenantAsync("everystep");
        await DeleteAsync(tenant.Id);
        await PurgeAsync(tenant);
        _cluster.Clock.Advance(PurgePlan.SettleTime);

        for (var step = 0; step <= Steps.Length; step++)
        {
            _cluster.Storage.FailWrite("tenant-purge", TenantId.Platform, tenant.Id.ToString(), 1);
            await WakeAsync(tenant.Id);
            await _cluster.DeactivateAsync(PurgeOf(tenant.Id));
        }

        await FinishAsync(tenant.Id);
        await AssertGoneAsync(tenant);
    }

    [Fact]
    public async Task A_tenant_that_never_used_anything_is_purged_too()
    {
        var slug = $"unused-{Guid.NewGuid():N}"[..20];
        var tenant = (Id: (await Directory(slug).CreateAsync(new CreateTenant { Slug = slug }, Operator).Value()).Id, Slug: slug);
        await DeleteAsync(tenant.Id);
        await PurgeAsync(tenant);

        await FinishAsync(tenant.Id);

        await AssertGoneAsync(tenant);
    }

    [Fact]
    public async Task Nothing_is_touched_before_the_grace_is_over_and_then_nobody_has_to_ask()
    {
        var tenant = await GivenTenantAsync("patient");
        var before = await _cluster.Rows.CountAsync(tenant.Id.ToString(), Cancel);
        await DeleteAsync(tenant.Id);

        _cluster.Clock.Advance(Grace - TimeSpan.FromSeconds(1));
        await WakeAsync(tenant.Id);
        Assert.Equal(OperationState.Waiting, (await PurgeOf(tenant.Id).GetAsync().Value()).State);
        Assert.Equal(before, await _cluster.Rows.CountAsync(tenant.Id.ToString(), Cancel));

        _cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        await FinishAsync(tenant.Id);
        await AssertGoneAsync(tenant);
        Assert.Equal((DeletionRecord.Nobody, "usr_ann"), ((await RecordAsync(tenant.Id)).PurgedBy, (await RecordAsync(tenant.Id)).DeletedBy));
    }

    [Fact]
    public async Task A_restored_tenant_is_served_with_all_it_had_and_can_be_deleted_again()
    {
        var tenant = await GivenTenantAsync("returner");
        await DeleteAsync(tenant.Id);
        Assert.Equal(TenantStatus.Deleted, (await Tenant(tenant.Id).GetAsync().Value()).Status);

        Assert.Equal((TenantStatus.Active, (TenantDeletion?)null), await PurgeOf(tenant.Id).RestoreAsync(Operator).Value() is var view ? (view.Status, view.Deletion) : default);

        await AssertServedAsync(tenant);
        _cluster.Clock.Advance(Grace + Grace);
        await WakeAsync(tenant.Id);
        Assert.Equal(TenantStatus.Active, (await Tenant(tenant.Id).GetAsync().Value()).Status);
        Assert.Equal(OperationState.Cancelled, (await PurgeOf(tenant.Id).GetAsync().Value()).State);
        Assert.Equal(ProblemCode.Conflict, await PurgeOf(tenant.Id).RestoreAsync(Operator).Refusal());
        Assert.Equal(ProblemCode.Conflict, await PurgeOf(tenant.Id).PurgeAsync(new PurgeTenant { Confirm = tenant.Slug }, Operator).Refusal());

        await DeleteAsync(tenant.Id);
        Assert.Equal(OperationState.Waiting, (await PurgeOf(tenant.Id).GetAsync().Value()).State);
    }

    [Fact]
    public async Task A_purge_that_has_begun_cannot_be_taken_back()
    {
        var tenant = await GivenTenantAsync("toolate");
        await DeleteAsync(tenant.Id);
        await PurgeAsync(tenant);
        await WakeAsync(tenant.Id);

        Assert.Equal(ProblemCode.Conflict, await PurgeOf(tenant.Id).RestoreAsync(Operator).Refusal());
        Assert.Equal(ProblemCode.Conflict, await Tenant(tenant.Id).RestoreAsync(Operator).Refusal());
        Assert.Equal(ProblemCode.Conflict, await Tenant(tenant.Id).ResumeAsync(new ResumeTerms(null, null, TimeSpan.FromHours(1)), Operator).Refusal());
        Assert.Equal("settle", Next(await PurgeOf(tenant.Id).GetAsync().Value()));
        await FinishAsync(tenant.Id);
    }

    [Fact]
    public async Task A_deletion_that_died_before_it_was_noted_is_found_by_the_reminder()
    {
        var tenant = await GivenTenantAsync("halfdeleted");
        _cluster.Storage.FailWrite("tenant-purge", TenantId.Platform, tenant.Id.ToString());
        await Assert.ThrowsAnyAsync<Exception>(() => PurgeOf(tenant.Id).DeleteAsync(null, Operator));
        await _cluster.DeactivateAsync(PurgeOf(tenant.Id));

        _cluster.Clock.Advance(Grace);
        await FinishAsync(tenant.Id);

        await AssertGoneAsync(tenant);
    }

    [Fact]
    public async Task The_wrong_name_purges_nothing_and_neither_does_a_tenant_that_is_not_deleted()
    {
        var tenant = await GivenTenantAsync("confirmed");
        Assert.Equal(ProblemCode.Conflict, await PurgeOf(tenant.Id).PurgeAsync(new PurgeTenant { Confirm = tenant.Slug }, Operator).Refusal());
        await DeleteAsync(tenant.Id);

        foreach (var wrong in new[] { "confirme", "confirmed2", "CONFIRMED", "" })
        {
            Assert.Equal(ProblemCode.InvalidParams, await PurgeOf(tenant.Id).PurgeAsync(new PurgeTenant { Confirm = wrong }, Operator).Refusal());
        }

        Assert.Equal(OperationState.Waiting, (await PurgeOf(tenant.Id).GetAsync().Value()).State);
    }

    [Fact]
    public async Task While_the_vault_is_away_keys_stay_on_record_and_go_when_it_is_back()
    {
        var tenant = await GivenTenantAsync("vaultless");
        await DeleteAsync(tenant.Id);
        await PurgeAsync(tenant);
        _cluster.Clock.Advance(PurgePlan.SettleTime);
        _cluster.Secrets.IsAway = true;
        try
        {
            await WakeAsync(tenant.Id);
            var stuck = await PurgeOf(tenant.Id).GetAsync().Value();
            Assert.Equal(("secrets", "secrets"), (stuck.Failing, Next(stuck)));
        }
        finally
        {
            _cluster.Secrets.IsAway = false;
        }

        await FinishAsync(tenant.Id);
        await AssertGoneAsync(tenant);
    }

    [Fact]
    public async Task While_the_vault_keeps_a_secret_of_a_webhook_its_row_stays_and_both_go_when_it_is_back()
    {
        var tenant = await GivenTenantAsync("hookvault");
        var secrets = $"webhook-{tenant.Id}-";
        await WebhooksOf(tenant.Id).AddAsync(new PutWebhook { Url = "https://hooks.example/", EventTypes = ["audit.*"] }, CallerOf(tenant.Id)).Value();
        await DeleteAsync(tenant.Id);
        await PurgeAsync(tenant);
        _cluster.Clock.Advance(PurgePlan.SettleTime);
        _cluster.Secrets.AwayFor = secrets;
        try
        {
            for (var beat = 0; beat < 3; beat++)
            {
                await WakeAsync(tenant.Id);
                var stuck = await PurgeOf(tenant.Id).GetAsync().Value();
                Assert.Equal(("secrets", "secrets"), (stuck.Failing, Next(stuck)));
                await _cluster.DeactivateAsync(PurgeOf(tenant.Id));
            }

            Assert.Contains(await _cluster.Rows.CountAsync(tenant.Id.ToString(), Cancel), row => row.GrainType == "webhook");
        }
        finally
        {
            _cluster.Secrets.AwayFor = null;
        }

        await FinishAsync(tenant.Id);
        await AssertGoneAsync(tenant);
    }

    [Fact, Trait("Control", "AU-5")]
    public async Task Keys_that_somebody_wants_rotated_while_a_purge_waits_behind_its_secrets_leave_nothing_in_the_vault()
    {
        var tenant = await GivenTenantAsync("rotated");
        await DeleteAsync(tenant.Id);
        await PurgeAsync(tenant);
        _cluster.Clock.Advance(PurgePlan.SettleTime);

        _cluster.Files.Unpurgeable = tenant.Id;
        try
        {
            await WakeAsync(tenant.Id);
            Assert.Equal("files", Next(await PurgeOf(tenant.Id).GetAsync().Value()));
            Assert.Equal(ProblemCode.Conflict, await _cluster.For(tenant.Id).The<IKeyRingGrain>().EmergencyRotateAsync(Operator).Refusal());
        }
        finally
        {
            _cluster.Files.Unpurgeable = null;
        }

        await FinishAsync(tenant.Id);

        await Assert.ThrowsAnyAsync<Exception>(() => _cluster.For(tenant.Id).The<IKeyRingGrain>().EmergencyRotateAsync(Operator));
        await AssertGoneAsync(tenant);
    }

    [Fact]
    public async Task A_step_that_fails_for_ten_minutes_is_told_to_operators_once_over_restarts()
    {
        var tenant = await GivenTenantAsync("stuckpurge");
        var host = $"{tenant.Slug}.example";
        var ears = await WebhooksOf(TenantId.Platform).AddAsync(new PutWebhook { Url = $"https://{host}/", EventTypes = ["purge.failing"] }, Operator).Value();
        await DeleteAsync(tenant.Id);
        await PurgeAsync(tenant);
        _cluster.Clock.Advance(PurgePlan.SettleTime);
        _cluster.Secrets.AwayFor = $"webhook-{tenant.Id}-";
        try
        {
            await WakeAsync(tenant.Id);
            _cluster.Clock.Advance(PurgePlan.Patience - TimeSpan.FromSeconds(1));
            await WakeAsync(tenant.Id);
            Assert.DoesNotContain(await PlatformTrailAsync(), line => Told(line, tenant.Id));

            _cluster.Clock.Advance(TimeSpan.FromSeconds(1));
            for (var beat = 0; beat < 3; beat++)
            {
                await WakeAsync(tenant.Id);
                await _cluster.DeactivateAsync(PurgeOf(tenant.Id));
            }
        }
        finally
        {
            _cluster.Secrets.AwayFor = null;
        }

        Assert.Contains("/secrets", Assert.Single(await PlatformTrailAsync(), line => Told(line, tenant.Id)), StringComparison.Ordinal);
        await FinishAsync(tenant.Id);
        await AssertGoneAsync(tenant);
        await EventuallyAsync(
            async () =>
            {
                await Task.Delay(1);
                return _cluster.Receivers.Got(host);
            },
            got => got.Length > 0);
        var message = Encoding.UTF8.GetString(Assert.Single(_cluster.Receivers.Got(host)).Body);
        Assert.Contains($"\"tenantId\":\"{tenant.Id}\",\"step\":\"secrets\"", message, StringComparison.Ordinal);
        Assert.Null(await _cluster.For(TenantId.Platform).Get<IWebhookGrain>(ears.Webhook.Id).DeleteAsync(0, Operator));

        static bool Told(string line, TenantId tenant) => line.Contains("tenants/purge-failing", StringComparison.Ordinal) && line.Contains(tenant.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_an_earlier_deletion_of_a_webhook_left_behind_goes_too()
    {
        var tenant = await GivenTenantAsync("hookleft");
        var webhook = Assert.Single(await WebhooksOf(tenant.Id).ListAsync());
        _cluster.Secrets.AwayFor = $"webhook-{tenant.Id}-";
        try
        {
            Assert.Null(await _cluster.For(tenant.Id).Get<IWebhookGrain>(webhook.Id).DeleteAsync(webhook.Version, CallerOf(tenant.Id)));
            Assert.Empty(await WebhooksOf(tenant.Id).ListAsync());
        }
        finally
        {
            _cluster.Secrets.AwayFor = null;
        }

        Assert.Contains(_cluster.Secrets.Names, name => name.StartsWith($"webhook-{tenant.Id}-", StringComparison.Ordinal));
        await DeleteAsync(tenant.Id);
        await PurgeAsync(tenant);
        await FinishAsync(tenant.Id);
        await AssertGoneAsync(tenant);
    }

    [Fact]
    public async Task What_a_grain_still_holds_in_memory_is_not_written_back()
    {
        var tenant = await GivenTenantAsync("holder");
        await DeleteAsync(tenant.Id);
        await PurgeAsync(tenant);
        await FinishAsync(tenant.Id);

        await Assert.ThrowsAnyAsync<Exception>(() => _cluster.For(tenant.Id).Get<IMemoryResourceGrain>("A").SetAsync(new SetMemory("again", null, null), CallerOf(tenant.Id)));
        await Assert.ThrowsAnyAsync<Exception>(() => _cluster.For(tenant.Id).Get<IMemoryResourceGrain>("New").SetAsync(new SetMemory("new", null, null), CallerOf(tenant.Id)));

        Assert.Equal(ProblemCode.ResourceNotFound, await _cluster.For(tenant.Id).Get<IMemoryResourceGrain>("A").GetAsync().Refusal());
        Assert.Empty(await _cluster.Rows.CountAsync(tenant.Id.ToString(), Cancel));
    }

    [Fact]
    public async Task The_slug_stays_taken_unless_its_release_was_asked_for()
    {
        var (kept, given) = (await GivenTenantAsync("keptslug"), await GivenTenantAsync("givenslug"));
        foreach (var (tenant, release) in new[] { (kept, false), (given, true) })
        {
            await DeleteAsync(tenant.Id);
            await PurgeOf(tenant.Id).PurgeAsync(new PurgeTenant { Confirm = tenant.Slug, ReleaseSlug = release }, Operator).Value();
            await FinishAsync(tenant.Id);
            Assert.Equal(ProblemCode.TenantNotFound, await Directory(tenant.Slug).FindAsync().Refusal());
        }

        Assert.Equal(ProblemCode.Conflict, await Directory(kept.Slug).CreateAsync(new CreateTenant { Slug = kept.Slug }, Operator).Refusal());
        Assert.NotEqual(given.Id, (await Directory(given.Slug).CreateAsync(new CreateTenant { Slug = given.Slug }, Operator).Value()).Id);
    }

    [Fact]
    public async Task The_record_is_signed_by_the_audit_keys_and_names_the_end_of_the_trail()
    {
        var tenant = await GivenTenantAsync("recorded");
        await AppendAsync(tenant.Id);
        await DeleteAsync(tenant.Id);
        await PurgeAsync(tenant);
        await FinishAsync(tenant.Id);

        var statement = await PurgeOf(tenant.Id).RecordAsync().Value();
        Assert.True(AuditKeyChain.TryRead(await Ring.KeysAsync(), out var keys));
        Assert.True(AuditStatement.TryRead(statement, DeletionRecord.Type, out var signed));
        var record = await RecordAsync(tenant.Id);
        Assert.Null(keys.Check(signed, record.Purged, out _));
        Assert.Equal((tenant.Id.ToString(), tenant.Slug, "usr_ann", 2L), (record.Tenant, record.Slug, record.PurgedBy, record.TrailSequence));
        Assert.Equal(2, (await _cluster.For(tenant.Id).Get<IAuditStreamGrain>("0").ReadAsync(1, 10)).Length);
        Assert.Contains((await PlatformTrailAsync()).AsEnumerable(), line => line.Contains("tenants/purged", StringComparison.Ordinal) && line.Contains(tenant.Id.ToString(), StringComparison.Ordinal));
    }

    [Fact, Trait("Control", "AL-4")]
    public async Task A_tenants_grain_gets_no_deletion_record_signed()
    {
        var refused = await _cluster.For(TenantId.Platform).Get<IAuditSignerGrain>("audit-keys").SignAsync(DeletionRecord.Type, "{}"u8.ToArray()).Refusal();

        Assert.Equal(ProblemCode.InvalidParams, refused);
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task A_client_of_the_tenant_reaches_neither_its_purge_nor_anothers()
    {
        var tenant = await GivenTenantAsync("reacher");
        var purge = PurgeOf(tenant.Id);
        _ = _cluster.For(tenant.Id);

        await Assert.ThrowsAsync<Abstractions.Tenancy.TenantAccessException>(() => purge.DeleteAsync(null, CallerOf(tenant.Id)));
        Assert.Equal(TenantStatus.Active, (await Tenant(tenant.Id).GetAsync().Value()).Status);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Caller Operator { get; } = CallerOf(TenantId.Platform, "usr_ann");

    private IAuditSignerGrain Ring => _cluster.For(TenantId.Platform).Get<IAuditSignerGrain>("audit-keys");

    private ITenantPurgeGrain PurgeOf(TenantId tenant) => _cluster.For(TenantId.Platform).Get<ITenantPurgeGrain>(tenant.ToString());

    private ITenantGrain Tenant(TenantId tenant) => _cluster.For(tenant).The<ITenantGrain>();

    private ITenantDirectoryGrain Directory(string slug) => _cluster.For(TenantId.Platform).Get<ITenantDirectoryGrain>(slug);

    private Task WakeAsync(TenantId tenant) => PurgeOf(tenant).AsReference<IRemindable>().ReceiveReminder(TenantPurgeGrain.Reminder, default);

    private async Task DeleteAsync(TenantId tenant)
    {
        var deleted = await PurgeOf(tenant).DeleteAsync(null, Operator).Value();
        Assert.Equal((OperationState.Waiting, _cluster.Clock.GetUtcNow() + Grace), (deleted.State, deleted.StartsAt));
    }

    private Task<OperationView> PurgeAsync((TenantId Id, string Slug) tenant) => PurgeOf(tenant.Id).PurgeAsync(new PurgeTenant { Confirm = tenant.Slug }, Operator).Value();

    /// <summary>Wakes the purge until it is over: as the reminder does, only without an hour between.</summary>
    private async Task FinishAsync(TenantId tenant)
    {
        for (var tries = 0; tries < 10; tries++)
        {
            _cluster.Clock.Advance(PurgePlan.SettleTime);
            await WakeAsync(tenant);
            if ((await PurgeOf(tenant).GetAsync().Value()).State == OperationState.Succeeded)
            {
                return;
            }
        }

        Assert.Fail($"The purge does not end: {Next(await PurgeOf(tenant).GetAsync().Value())}.");
    }

    private static string? Next(OperationView operation) => Array.Find(operation.Steps, step => step.DoneAt is null)?.Name;

    private static long CountOf(RemovedThings[] removed, string kind) => removed.Single(things => things.Kind == kind).Count;

    private async Task<DeletionRecord> RecordAsync(TenantId tenant)
    {
        Assert.True(AuditStatement.TryRead(await PurgeOf(tenant).RecordAsync().Value(), DeletionRecord.Type, out var statement));
        return DeletionRecord.TryRead(statement.Payload, out var record) ? record : throw new InvalidOperationException("This is no record.");
    }

    private async Task<(TenantId Id, string Slug)> GivenTenantAsync(string name)
    {
        // The tests of a theory share the cluster.
        var slug = $"{name}-{Guid.NewGuid():N}"[..Math.Min(name.Length + 9, TenantSlug.MaxLength)];
        var id = (await Directory(slug).CreateAsync(new CreateTenant { Slug = slug }, Operator).Value()).Id;
        Assert.Null(await _cluster.For(TenantId.Platform).Get<ITenantHostGrain>($"{slug}.example").ClaimAsync(id, Operator));
        await _cluster.For(id).The<IPrincipalIndexGrain>().AddAsync(new AddPrincipal { Kind = PrincipalKind.User, DisplayName = "Bob", Name = "bob" }, Authority(id)).Value();
        await _cluster.For(id).The<IKeyIndexGrain>().IssueAsync(new IssueKey { Name = "manager" }, KeyKind.Management, CallerOf(id)).Value();
        await _cluster.For(id).Get<IMemoryResourceGrain>("A").SetAsync(new SetMemory("kept", null, TimeSpan.FromDays(30)), CallerOf(id)).Value();
        await UploadAsync(id);
        await _cluster.For(id).Get<IAuditStreamGrain>("0").AppendAsync(new AuditBatch([new AuditEvent(Guid.NewGuid(), _cluster.Clock.GetUtcNow(), "\"\""u8.ToArray()) { Hashed = [new HashedValue(1, new byte[32])] }]));
        Assert.Contains(_cluster.Secrets.Names, name => name == $"audit-salt-{id}");
        await _cluster.For(id).The<IKeyRingGrain>().SignAsync(new SignJws { Type = "at+jwt", Payload = "{}"u8.ToArray() }, CallerOf(id)).Value();
        await _cluster.For(id).The<IKeyRingGrain>().SignAsync(new SignJws { Type = "at+jwt", Payload = "{}"u8.ToArray() }, CallerOf(id)).Value();
        await _cluster.For(id).The<IIdentityProviderBookGrain>().AddAsync(
            new PutIdentityProvider { Issuer = "https://login.example", Audience = "api://platform", Rules = [new ClaimRule("groups", "staff", ["user"])], SignIn = new SignInClient { ClientId = "client", ClientSecret = "s3cret" } },
            CallerOf(id)).Value();
        await WebhooksOf(id).AddAsync(new PutWebhook { Url = "https://hooks.example/", EventTypes = ["alert.*"] }, CallerOf(id)).Value();
        return (id, slug);
    }

    private IWebhookIndexGrain WebhooksOf(TenantId tenant) => _cluster.For(tenant).The<IWebhookIndexGrain>();

    private static Authority Authority(TenantId tenant) => new(CallerOf(tenant), ["*"], []);

    private async Task UploadAsync(TenantId tenant)
    {
        var ticket = await _cluster.For(tenant).The<IFileShelfGrain>().BeginAsync(new BeginUpload("a.md", 0, null), CallerOf(tenant)).Value();
        var upload = _cluster.For(tenant).Get<IFileUploadGrain>(ticket.Id);
        Assert.Null(await upload.AppendAsync(new FileChunk([1, 2, 3], 3)));
        await upload.CompleteAsync().Value();
    }

    private async Task AppendAsync(TenantId tenant)
    {
        var id = Guid.CreateVersion7(_cluster.Clock.GetUtcNow());
        await _cluster.For(tenant).Get<IAuditStreamGrain>("0").AppendAsync(new AuditBatch([new AuditEvent(id, _cluster.Clock.GetUtcNow(), Encoding.UTF8.GetBytes($$"""{"v":1,"id":"{{id}}"}"""))]));
    }

    private async Task<string[]> PlatformTrailAsync() => [.. (await _cluster.For(TenantId.Platform).Get<IAuditStreamGrain>("0").ReadAsync(1, 1_000)).Select(view => view.Record)];

    private async Task AssertGoneAsync((TenantId Id, string Slug) tenant)
    {
        Assert.Empty(await _cluster.Rows.CountAsync(tenant.Id.ToString(), Cancel));
        Assert.DoesNotContain(_cluster.Secrets.Names, name => name.Contains(tenant.Id.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain(System.IO.Directory.EnumerateFiles(_cluster.FilesDirectory, "*", SearchOption.AllDirectories), path => path.Contains(tenant.Id.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain(await _cluster.For(TenantId.Platform).Get<IKeyOwnerIndexGrain>("index").AllAsync(), owner => owner.Tenant == tenant.Id);
        Assert.DoesNotContain((await _cluster.For(TenantId.Platform).Get<IHostIndexGrain>("index").SinceAsync(0))!.Entries, entry => entry.Slug == tenant.Slug);
        Assert.Equal(ProblemCode.TenantNotFound, await Directory(tenant.Slug).FindAsync().Refusal());
        Assert.Equal(ProblemCode.TenantNotFound, await Tenant(tenant.Id).GetAsync().Refusal());
        Assert.Equal(tenant.Id.ToString(), (await RecordAsync(tenant.Id)).Tenant);
    }

    private async Task AssertServedAsync((TenantId Id, string Slug) tenant)
    {
        Assert.Equal(tenant.Id, await Directory(tenant.Slug).FindAsync().Value());
        Assert.Equal(TenantStatus.Active, (await Tenant(tenant.Id).GetAsync().Value()).Status);
        Assert.Equal("kept", (await _cluster.For(tenant.Id).Get<IMemoryResourceGrain>("A").GetAsync().Value()).Text);
        Assert.Equal(3, (await _cluster.For(tenant.Id).The<IFileShelfGrain>().FindAsync("a.md").Value()).Size);
        Assert.Contains(_cluster.Secrets.Names, name => name.StartsWith($"sig-{tenant.Id}-", StringComparison.Ordinal));
        Assert.Contains(await _cluster.For(TenantId.Platform).Get<IKeyOwnerIndexGrain>("index").AllAsync(), owner => owner.Tenant == tenant.Id);
        Assert.Contains((await _cluster.For(TenantId.Platform).Get<IHostIndexGrain>("index").SinceAsync(0))!.Entries, entry => entry.Slug == tenant.Slug);
        await _cluster.For(tenant.Id).The<IKeyRingGrain>().SignAsync(new SignJws { Type = "at+jwt", Payload = "{}"u8.ToArray() }, CallerOf(tenant.Id)).Value();
    }
}
