using System.Text.Json;
using Orleans;
using Orleans.Runtime;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Incidents;
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

/// <summary>What an export collects, and how long it is there.</summary>
[Collection(OnTheCluster.Name), Trait("Control", "AL-3")]
public sealed class PersonalExportTests(SharedCluster shared)
{
    private const string Alice = "usr_alice";
    private const string Password = "correct horse battery staple";

    private static readonly string[] Sections = ["principal", "sign-in", "sessions", "issued-keys", "client-certificates", "authored"];

    private readonly GrainCluster _cluster = shared.Cluster;

    /// <summary>Each section is one write.</summary>
    public static TheoryData<int> Writes { get; } = [.. Enumerable.Range(1, Sections.Length)];

    [Fact]
    public async Task It_holds_what_is_kept_of_the_person_and_neither_a_secret_nor_anybody_else()
    {
        var tenant = await GivenAliceAsync();
        await Export(tenant.Id).BeginAsync(CallerOf(tenant.Id, Alice)).Value();
        await FinishAsync(tenant.Id);

        var export = await Export(tenant.Id).DownloadAsync().Value();

        Assert.Equal(Sections, export.Sections.Select(section => section.Name));
        var held = export.Sections.ToDictionary(section => section.Name, section => JsonSerializer.Deserialize<JsonElement>(section.Json), StringComparer.Ordinal);
        Assert.Equal("Alice", held["principal"].GetProperty("displayName").GetString());
        Assert.Equal("a good reason to be one", held["principal"].GetProperty("elevations")[0].GetProperty("justification").GetString());
        Assert.True(held["sign-in"][0].GetProperty("passwordSet").GetBoolean());
        Assert.Equal("192.0.2.1", held["sessions"][0].GetProperty("address").GetString());
        Assert.Equal("robot", held["issued-keys"][0].GetProperty("name").GetString());
        Assert.Equal(["opened", "owns", "timeline", "timeline"], held["authored"].EnumerateArray().Select(thing => thing.GetProperty("as").GetString()).Order(StringComparer.Ordinal));
        Assert.Contains(held["authored"].EnumerateArray(), thing => thing.GetProperty("text").GetString() == "I saw it.");

        var text = string.Concat(export.Sections.Select(section => section.Json));
        foreach (var absent in new[] { tenant.Key, tenant.Key[^20..], tenant.Session, tenant.Session[^43..], "usr_bob", "Bob", "198.51.100.7", "usr_tester", "hash", "Hash" })
        {
            Assert.DoesNotContain(absent, text, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Writes))]
    public async Task One_that_dies_after_a_section_and_before_keeping_it_goes_on_where_it_was(int writes)
    {
        var tenant = await GivenAliceAsync();
        await Export(tenant.Id).BeginAsync(CallerOf(tenant.Id, Alice)).Value();
        _cluster.Storage.FailWrite("personal-export", tenant.Id, Alice, writes - 1);

        await WakeAsync(tenant.Id);
        await _cluster.DeactivateAsync(Export(tenant.Id));
        await FinishAsync(tenant.Id);

        Assert.Equal(Sections, (await Export(tenant.Id).DownloadAsync().Value()).Sections.Select(section => section.Name));
    }

    [Fact]
    public async Task It_is_there_for_a_day_and_then_for_nobody()
    {
        var tenant = await GivenAliceAsync();
        await Export(tenant.Id).BeginAsync(CallerOf(tenant.Id, Alice)).Value();
        Assert.Equal(ProblemCode.Conflict, await Export(tenant.Id).DownloadAsync().Refusal());
        await FinishAsync(tenant.Id);
        var first = await Export(tenant.Id).DownloadAsync().Value();

        _cluster.Clock.Advance(ExportState.Life - TimeSpan.FromTicks(1));
        Assert.Equal(first.CollectedAt, (await Export(tenant.Id).DownloadAsync().Value()).CollectedAt);
        _cluster.Clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(ProblemCode.NotFound, await Export(tenant.Id).DownloadAsync().Refusal());
        Assert.Equal(ProblemCode.NotFound, await Export(tenant.Id).GetAsync().Refusal());
        await Export(tenant.Id).BeginAsync(CallerOf(tenant.Id, Alice)).Value();
        await FinishAsync(tenant.Id);
        Assert.NotEqual(first.CollectedAt, (await Export(tenant.Id).DownloadAsync().Value()).CollectedAt);
    }

    [Fact]
    public async Task While_one_is_being_made_there_is_no_other()
    {
        var tenant = await GivenAliceAsync();

        var first = await Export(tenant.Id).BeginAsync(CallerOf(tenant.Id, Alice)).Value();
        var second = await Export(tenant.Id).BeginAsync(CallerOf(tenant.Id, "usr_boss")).Value();

        Assert.Equal((first.Id, Alice), (second.Id, second.RequestedBy));
    }

    [Fact]
    public async Task An_erasure_destroys_it_and_no_other_is_made()
    {
        var tenant = await GivenAliceAsync();
        await Export(tenant.Id).BeginAsync(CallerOf(tenant.Id, Alice)).Value();
        await FinishAsync(tenant.Id);

        await _cluster.For(tenant.Id).Get<IErasureGrain>(Alice).EraseAsync(new ErasePrincipal { Confirm = Alice }, CallerOf(tenant.Id)).Value();
        await _cluster.For(tenant.Id).Get<IErasureGrain>(Alice).AsReference<IRemindable>().ReceiveReminder(ErasureGrain.Reminder, default);

        Assert.Equal(ProblemCode.NotFound, await Export(tenant.Id).DownloadAsync().Refusal());
        Assert.Equal(ProblemCode.NotFound, await Export(tenant.Id).BeginAsync(CallerOf(tenant.Id)).Refusal());
    }

    [Fact]
    public async Task One_that_is_being_made_when_the_person_goes_is_given_up()
    {
        var tenant = await GivenAliceAsync();
        await Export(tenant.Id).BeginAsync(CallerOf(tenant.Id, Alice)).Value();
        Assert.Null(await _cluster.For(tenant.Id).The<IPrincipalIndexGrain>().DeleteAsync(Alice, CallerOf(tenant.Id)));

        await WakeAsync(tenant.Id);

        Assert.Equal(ProblemCode.NotFound, await Export(tenant.Id).GetAsync().Refusal());
        Assert.False(await _cluster.IsRemindedAsync(Export(tenant.Id), PersonalExportGrain.Reminder));
    }

    private IPersonalExportGrain Export(TenantId tenant) => _cluster.For(tenant).Get<IPersonalExportGrain>(Alice);

    private Task WakeAsync(TenantId tenant) => Export(tenant).AsReference<IRemindable>().ReceiveReminder(PersonalExportGrain.Reminder, default);

    private async Task FinishAsync(TenantId tenant)
    {
        await WakeAsync(tenant);
        Assert.Equal(OperationState.Succeeded, (await Export(tenant).GetAsync().Value()).State);
    }

    private async Task<(TenantId Id, string Session, string Key)> GivenAliceAsync()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var own = _cluster.For(tenant);
        var everything = new Authority(CallerOf(tenant), ["*"], []);
        await own.The<IPrincipalIndexGrain>().AddAsync(new AddPrincipal { Kind = PrincipalKind.User, Name = "alice", DisplayName = "Alice", Roles = ["user"] }, everything).Value();
        await own.The<IPrincipalIndexGrain>().AddAsync(new AddPrincipal { Kind = PrincipalKind.User, Name = "bob", DisplayName = "Bob", Roles = ["user"] }, everything).Value();
        await own.Get<IPrincipalGrain>(Alice).ElevateAsync(new ElevatePrincipal { Role = "power-user", Minutes = 10, Justification = "a good reason to be one" }, everything).Value();
        var secret = await own.Get<ILoginGrain>(Alice).IssueSecretAsync(new IssueLoginSecret { Kind = LoginSecretKind.Invitation }, CallerOf(tenant)).Value();
        var verdict = await own.Get<ILoginGrain>(Alice).UseSecretAsync(new UseLoginSecret(secret.Secret, Password, null)).Value();
        var session = await own.Get<IConsoleSessionGrain>(SessionToken.NewId()).OpenAsync(new OpenConsoleSession(Alice, verdict, "192.0.2.1", "browser")).Value();
        await own.Get<IConsoleSessionGrain>(SessionToken.NewId()).OpenAsync(new OpenConsoleSession("usr_bob", new LoginVerdict(false, 0), "198.51.100.7", "browser")).Value();
        var key = await own.The<IKeyIndexGrain>().IssueAsync(new IssueKey { Name = "robot", Roles = ["user"] }, KeyKind.Mcp, CallerOf(tenant, Alice)).Value();
        await own.The<IKeyIndexGrain>().IssueAsync(new IssueKey { Name = "another's", Roles = ["user"] }, KeyKind.Mcp, CallerOf(tenant, "usr_bob")).Value();
        var incident = await own.The<IIncidentIndexGrain>().OpenAsync(new OpenIncident { Title = "Something", Severity = IncidentSeverity.Low }, CallerOf(tenant, Alice)).Value();
        await own.Get<IIncidentGrain>(incident.Id).NoteAsync(new AddTimelineNote { Text = "I saw it." }, CallerOf(tenant, Alice)).Value();
        await own.Get<IIncidentGrain>(incident.Id).NoteAsync(new AddTimelineNote { Text = "Bob saw it too." }, CallerOf(tenant, "usr_bob")).Value();
        return (tenant, session.Token, key.Secret);
    }
}
