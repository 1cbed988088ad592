using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Webhooks;
using Platform.Grains.Webhooks;
using Platform.Testing;

namespace Platform.Grains.Tests.Webhooks;

/// <summary>Endpoints that are told the audit trail.</summary>
[Collection(OnTheCluster.Name), Trait("Control", "AL-1"), Trait("Control", "AL-6")]
public sealed class WebhookAuditTests(SharedCluster shared) : IAsyncLifetime
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly string _host = $"a{Guid.NewGuid():N}.example";
    private TenantId _tenant;

    public async ValueTask InitializeAsync() => _tenant = await _cluster.GivenTenantAsync();

    public ValueTask DisposeAsync()
    {
        _cluster.AuditLog.Readable(_tenant, true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Events_of_the_wanted_classes_arrive_in_their_order_signed_and_as_they_were_hashed()
    {
        await Append("toolExecution");
        var made = await Given("audit.toolExecution", "audit.administration");
        await Append("toolExecution", "resourceAccess", "administration", "authentication", "toolExecution");

        var events = await Events(3);
        Assert.Equal([2L, 4L, 6L], events.Select(Sequence));
        Assert.Equal(["toolExecution", "administration", "toolExecution"], events.Select(entry => entry.GetProperty("event").GetProperty("class").GetString()));
        Assert.All(_cluster.Receivers.Got(_host), got => Assert.True(Verifies(got, made.Secret)));
        var stored = await _cluster.For(_tenant).Get<IAuditStreamGrain>("0").ReadAsync(2, 1);
        Assert.Equal((stored[0].Record, stored[0].Hash), (events[0].GetProperty("event").GetRawText(), events[0].GetProperty("hash").GetString()));
        Assert.Equal((6L, 0L), await Place(made));
    }

    [Fact]
    public async Task A_receiver_that_is_away_slows_nobody_and_gets_everything_when_it_is_back()
    {
        var made = await Given("audit.*");
        _cluster.Receivers.Lose(_host);
        await Append("toolExecution");
        await Later(got => got.Length > 0);
        await Append([.. Enumerable.Repeat("toolExecution", 1_200)]);

        var away = await View(made);
        Assert.Equal((1, 0L, 0L, 1_201L), (away.Waiting, away.Dropped, away.AuditSequence, away.AuditBehind));
        var id = Assert.Single(_cluster.Receivers.Got(_host).Select(got => got.Id).Distinct());

        _cluster.Receivers.Answer(_host, 200);
        var before = _cluster.Receivers.Got(_host).Length;
        await Later(_ => Sequences(before).LastOrDefault() == 1_201);
        Assert.Equal(Enumerable.Range(1, 1_201).Select(i => (long)i), Sequences(before));
        Assert.Equal(id, _cluster.Receivers.Got(_host)[before].Id);
        Assert.All(_cluster.Receivers.Got(_host), got => Assert.True(Data(got).GetProperty("events").GetArrayLength() <= WebhookRules.MaxAuditEvents));
        Assert.Equal((1_201L, 0L), await Place(made));
    }

    [Fact]
    public async Task A_part_that_was_not_delivered_goes_on_after_a_restart_under_its_id()
    {
        var made = await Given("audit.*");
        _cluster.Receivers.Lose(_host);
        await Append("administration", "administration");
        await Later(got => got.Length > 0);
        await Append("administration");
        await _cluster.DeactivateAsync(Grain(made));
        Assert.True(await _cluster.IsRemindedAsync(Grain(made), WebhookGrain.Delivery));
        _cluster.Receivers.Answer(_host, 200);

        // The reminder of a real silo does what this question does here.
        await View(made);
        await Later(_ => Sequences(1).Contains(3));
        Assert.Equal([1L, 2L, 3L], Sequences(1));
        Assert.Equal(_cluster.Receivers.Got(_host)[0].Id, _cluster.Receivers.Got(_host)[1].Id);
    }

    [Fact]
    public async Task A_part_is_no_larger_than_agreed_and_one_large_event_goes_alone()
    {
        await Given("audit.*");
        var large = new string('x', WebhookRules.MaxAuditBytes);
        await Append(["toolExecution", "toolExecution", "toolExecution"], large);

        await Later(got => got.Length == 3);
        Assert.Equal([1, 1, 1], _cluster.Receivers.Got(_host).Select(got => Data(got).GetProperty("events").GetArrayLength()));
        Assert.Equal([1L, 2L, 3L], Sequences(0));
    }

    [Fact, Trait("Control", "AL-2")]
    public async Task What_retention_deleted_before_it_was_told_is_named()
    {
        var made = await Given("audit.securityViolation");
        _cluster.Receivers.Lose(_host);
        await Append("securityViolation");
        await Later(got => got.Length > 0);
        await Append("toolExecution", "toolExecution", "securityViolation", "toolExecution");
        await Prune(through: 3);
        _cluster.Receivers.Answer(_host, 200);
        await Later(got => Data(got[^1]).GetProperty("to").GetInt64() == 5);

        // The part that waited was the first event, and so it stays.
        var told = _cluster.Receivers.Got(_host).TakeLast(2).ToArray();
        Assert.Equal(_cluster.Receivers.Got(_host)[0].Id, told[0].Id);
        Assert.Equal(["1-1", "2-3"], told.Select(got => Missing(Data(got))));
        Assert.Equal([4L], All(told).Select(Sequence));
        Assert.Equal((5L, 0L), await Place(made));
    }

    [Fact, Trait("Control", "AL-2")]
    public async Task What_retention_deleted_is_named_also_when_nothing_else_comes()
    {
        var made = await Given("audit.securityViolation");
        await Grain(made).ReplaceAsync(Put("audit.securityViolation") with { Disabled = true }, 0, GrainCluster.CallerOf(_tenant)).Value();
        await Append("toolExecution", "toolExecution");
        await Prune(through: 2);
        Assert.Equal((0L, 2L), ((await View(made)).AuditSequence, (await View(made)).AuditBehind));
        await Grain(made).EnableAsync(GrainCluster.CallerOf(_tenant)).Value();

        var got = await Later(got => got.Length > 0);
        Assert.Equal(("1-2", 0), (Missing(Data(Assert.Single(got))), Data(got[0]).GetProperty("events").GetArrayLength()));
        Assert.Equal((2L, 0L), await Place(made));
    }

    [Fact, Trait("Control", "AL-4")]
    public async Task An_event_that_somebody_took_out_of_the_middle_is_named()
    {
        var made = await Given("audit.administration");
        await Grain(made).ReplaceAsync(Put("audit.administration") with { Disabled = true }, 0, GrainCluster.CallerOf(_tenant)).Value();
        await Append("administration", "toolExecution", "toolExecution", "administration");
        await _cluster.TamperWithAuditAsync("DELETE FROM audit_event WHERE tenant=$tenant AND seq=3", _tenant);
        await Grain(made).EnableAsync(GrainCluster.CallerOf(_tenant)).Value();

        Assert.Equal([1L, 4L], (await Events(2)).Select(Sequence));
        Assert.Equal("3-3", Missing(Data(_cluster.Receivers.Got(_host)[^1])));
    }

    [Fact, Trait("Control", "AL-4")]
    public async Task A_record_that_somebody_made_unreadable_is_told_as_text_and_keeps_no_other_back()
    {
        await Given("audit.administration");
        await Append("administration");
        await Events(1);
        await AppendRaw("""{"class":"administration",""");
        await Append("administration");

        var events = await Events(3);
        Assert.Equal([1L, 2L, 3L], events.Select(Sequence));
        Assert.Equal("""{"class":"administration",""", events[1].GetProperty("event").GetString());
    }

    [Fact]
    public async Task A_trail_that_is_another_one_is_told_from_its_beginning()
    {
        var made = await Given("audit.*");
        await Append("administration", "administration", "administration");
        await Events(3);
        await _cluster.TamperWithAuditAsync("DELETE FROM audit_event WHERE tenant=$tenant AND seq>1", _tenant);

        var events = await Events(4);
        Assert.Equal([1L, 2L, 3L, 1L], events.Select(Sequence));
        Assert.Equal((1L, 0L), await Place(made));
    }

    [Fact]
    public async Task A_trail_that_cannot_be_read_keeps_no_alert_waiting_and_is_not_held_against_the_receiver()
    {
        var made = await Given("audit.*", "alert.*");
        await Append("administration");
        await Events(1);
        _cluster.AuditLog.Readable(_tenant, false);
        await Append("administration");
        var alert = new WebhookEvent(Guid.NewGuid(), WebhookEventTypes.AlertFired, WebhookEventTypes.AlertFired, """{"type":"alert.fired","data":{}}""");
        await _cluster.For(_tenant).The<IWebhookIndexGrain>().PublishAsync(alert);

        await Later(got => got.Any(request => request.Id == WebhookOutbox.IdOf(alert.Id)));
        Assert.Equal((null, 1L), ((await View(made)).FailingSince, (await View(made)).AuditBehind));
        _cluster.AuditLog.Readable(_tenant, true);
        Assert.Equal([1L, 2L], (await Events(2)).Select(Sequence));
    }

    [Fact]
    public async Task An_endpoint_that_begins_to_want_them_is_told_what_comes_and_one_that_ends_is_told_nothing_more()
    {
        var made = await Given("alert.*");
        Assert.Equal((null, null), await Place(made));
        await Append("administration");
        await Grain(made).ReplaceAsync(Put("audit.administration"), 0, GrainCluster.CallerOf(_tenant)).Value();
        await Append("administration");
        Assert.Equal([2L], (await Events(1)).Select(Sequence));

        _cluster.Receivers.Lose(_host);
        await Append("administration");
        var tried = (await Later(got => got.Length > 1)).Length;
        await Grain(made).ReplaceAsync(Put("alert.*"), 1, GrainCluster.CallerOf(_tenant)).Value();
        _cluster.Receivers.Answer(_host, 200);
        _cluster.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal((0, null), ((await View(made)).Waiting, (await View(made)).AuditSequence));
        Assert.Equal(tried, _cluster.Receivers.Got(_host).Length);
        var delivered = Assert.Single(await Grain(made).DeliveriesAsync(WebhookDeliveryState.Delivered, null, 10).Value());
        Assert.Equal((false, ProblemCode.Conflict), (delivered.CanRedeliver, (await Grain(made).RedeliverAsync(delivered.Id, GrainCluster.CallerOf(_tenant))).Problem?.Code));
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task No_event_of_another_trail_arrives()
    {
        var stranger = await _cluster.GivenTenantAsync();
        await Given("audit.*");
        await Append(stranger, "administration", "administration");
        await Append("administration");

        Assert.Equal([_tenant.ToString()], (await Events(1)).Select(entry => entry.GetProperty("event").GetProperty("tenant").GetString()));
        Assert.Equal(_tenant.ToString(), Data(_cluster.Receivers.Got(_host)[0]).GetProperty("tenant").GetString());
    }

    [Fact]
    public async Task An_endpoint_of_the_platform_is_told_the_platforms_trail()
    {
        var index = _cluster.For(TenantId.Platform).The<IWebhookIndexGrain>();
        var made = await index.AddAsync(Put("audit.securityViolation"), GrainCluster.CallerOf(TenantId.Platform)).Value();
        await Append(TenantId.Platform, "securityViolation");

        var events = await Events(1);
        Assert.Equal(("_sys", made.Webhook.AuditSequence), (Data(_cluster.Receivers.Got(_host)[0]).GetProperty("tenant").GetString(), Sequence(events[0]) - 1));
        Assert.Null(await _cluster.For(TenantId.Platform).Get<IWebhookGrain>(made.Webhook.Id).DeleteAsync(0, GrainCluster.CallerOf(TenantId.Platform)));
    }

    private IWebhookGrain Grain(WebhookSecret made) => _cluster.For(_tenant).Get<IWebhookGrain>(made.Webhook.Id);

    private Task<WebhookSecret> Given(params string[] types) => _cluster.For(_tenant).The<IWebhookIndexGrain>().AddAsync(Put(types), GrainCluster.CallerOf(_tenant)).Value();

    private PutWebhook Put(params string[] types) => new() { Url = $"https://{_host}/hook", EventTypes = types };

    private Task Append(params string[] classes) => Append(_tenant, classes);

    private Task Append(TenantId tenant, params string[] classes) => Append(tenant, classes, "");

    private Task Append(string[] classes, string more) => Append(_tenant, classes, more);

    private async Task Append(TenantId tenant, string[] classes, string more)
    {
        foreach (var chunk in classes.Chunk(400))
        {
            await _cluster.For(tenant).Get<IAuditStreamGrain>("0").AppendAsync(new AuditBatch([.. chunk.Select(kind => Of($$"""{"v":1,"id":"{{Guid.NewGuid()}}","tenant":"{{tenant}}","class":"{{kind}}","target":"{{more}}"}"""))]));
        }
    }

    private Task AppendRaw(string record) => _cluster.For(_tenant).Get<IAuditStreamGrain>("0").AppendAsync(new AuditBatch([Of(record)]));

    private AuditEvent Of(string record) => new(Guid.CreateVersion7(_cluster.Clock.GetUtcNow()), _cluster.Clock.GetUtcNow(), Encoding.UTF8.GetBytes(record));

    private async Task Prune(long through)
    {
        var pruned = new PrunedTrail { V = 1, Tenant = _tenant.ToString(), Shard = "0", Segment = 1, Through = through, Hash = new string('b', 64), Days = 90, At = _cluster.Clock.GetUtcNow() };
        await _cluster.AuditLog.PruneAsync(_tenant, "0", through, AuditStatement.Compose(AuditStatement.SigningInput(PrunedTrail.Type, "kid", pruned.Write()), new byte[64]), TestContext.Current.CancellationToken);
    }

    /// <summary>What the host got, while time goes on.</summary>
    private Task<WebhookRequest[]> Later(Predicate<WebhookRequest[]> wanted) => GrainCluster.EventuallyAsync(
        async () =>
        {
            _cluster.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
            return _cluster.Receivers.Got(_host);
        },
        wanted);

    /// <summary>The events that the host got, as soon as there are so many.</summary>
    private async Task<JsonElement[]> Events(int count)
    {
        await Later(got => All(got).Length >= count);
        return All(_cluster.Receivers.Got(_host));
    }

    private long[] Sequences(int skip) => [.. All(_cluster.Receivers.Got(_host)[skip..]).Select(Sequence)];

    private async Task<WebhookView> View(WebhookSecret made) => await Grain(made).GetAsync().Value();

    private async Task<(long? Sequence, long? Behind)> Place(WebhookSecret made)
    {
        var view = await GrainCluster.EventuallyAsync(() => View(made), view => view.AuditBehind is null or 0);
        return (view.AuditSequence, view.AuditBehind);
    }

    private static JsonElement[] All(IEnumerable<WebhookRequest> got) =>
        [.. got.Select(Data).SelectMany(data => data.TryGetProperty("events", out var events) ? events.EnumerateArray().ToArray() : [])];

    private static JsonElement Data(WebhookRequest request) => JsonSerializer.Deserialize<JsonElement>(request.Body).GetProperty("data");

    private static string Missing(JsonElement data) => string.Join(' ', data.GetProperty("missing").EnumerateArray().Select(gap => $"{gap.GetProperty("from")}-{gap.GetProperty("to")}"));

    private static long Sequence(JsonElement entry) => entry.GetProperty("sequence").GetInt64();

    private static bool Verifies(WebhookRequest request, string secret)
    {
        var content = Encoding.UTF8.GetBytes($"{request.Id}.{request.Timestamp}.{Encoding.UTF8.GetString(request.Body)}");
        return request.Signature == "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), content));
    }
}
