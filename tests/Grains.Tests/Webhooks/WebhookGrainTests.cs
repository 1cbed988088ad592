using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Webhooks;
using Platform.Grains.Webhooks;
using Platform.Testing;

namespace Platform.Grains.Tests.Webhooks;

[Collection(OnTheCluster.Name), Trait("Control", "AL-6")]
public sealed class WebhookGrainTests(SharedCluster shared) : IAsyncLifetime
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly string _host = $"r{Guid.NewGuid():N}.example";
    private TenantId _tenant;

    public async ValueTask InitializeAsync() => _tenant = await _cluster.GivenTenantAsync();

    public ValueTask DisposeAsync()
    {
        _cluster.Secrets.IsAway = false;
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_event_reaches_those_who_want_it_signed_and_with_one_id()
    {
        var made = await Given(_host);
        var other = $"other-{_host}";
        await Given(other, "alert.resolved");
        var message = Event();

        Assert.Equal(1, await Index.PublishAsync(message));
        await Index.PublishAsync(message);

        var got = Assert.Single(await Got(1));
        Assert.Equal((WebhookOutbox.IdOf(message.Id), message.Body), (got.Id, Encoding.UTF8.GetString(got.Body)));
        Assert.True(Verifies(got, made.Secret));
        Assert.Empty(_cluster.Receivers.Got(other));
    }

    [Fact]
    public async Task What_was_taken_is_delivered_after_a_restart()
    {
        var made = await Given(_host);
        _cluster.Receivers.Lose(_host);
        await Index.PublishAsync(Event());
        await Got(1);
        await _cluster.DeactivateAsync(Grain(made));
        _cluster.Receivers.Answer(_host, 200);

        // Nobody asks for it: the reminder of a real silo does what this question does here.
        _cluster.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(1, (await View(made)).Waiting);
        Assert.Equal(2, (await Got(2)).Select(got => got.Id).Count());
        Assert.Single((await Got(2)).Select(got => got.Id).Distinct());
        Assert.Equal(WebhookDeliveryState.Delivered, (await Delivered(made))[0].State);
    }

    [Fact]
    public async Task A_message_that_could_not_be_written_is_not_acknowledged_and_is_taken_when_it_is_sent_again()
    {
        var made = await Given(_host);
        _cluster.Receivers.Lose(_host);
        var message = Event();
        _cluster.Storage.FailWrite("webhook", _tenant, made.Webhook.Id);
        await Assert.ThrowsAnyAsync<Exception>(() => Index.PublishAsync(message));

        await Index.PublishAsync(message);
        await _cluster.DeactivateAsync(Grain(made));
        Assert.Equal(WebhookOutbox.IdOf(message.Id), Assert.Single(await Deliveries(made)).Id);
    }

    [Fact]
    public async Task A_receiver_that_fails_is_tried_again_by_the_schedule_and_gets_the_same_id()
    {
        var made = await Given(_host);
        _cluster.Receivers.Answer(_host, 500);
        await Index.PublishAsync(Event());
        await Got(1);

        var got = await Later(2);
        Assert.Equal(got[0].Id, got[1].Id);
        Assert.NotEqual(got[0].Timestamp, got[1].Timestamp);
        _cluster.Receivers.Answer(_host, 204);
        await Later(3);

        var delivery = Assert.Single(await Delivered(made));
        Assert.Equal([500, 500, 204], delivery.Attempts.Select(attempt => attempt.Status));
        Assert.Null((await View(made)).FailingSince);
    }

    [Fact]
    public async Task A_receiver_that_asks_for_quiet_is_left_alone_until_then()
    {
        var made = await Given(_host);
        _cluster.Receivers.Answer(_host, 429, TimeSpan.FromMinutes(10));
        await Index.PublishAsync(Event());
        await Got(1);
        await Index.PublishAsync(Event());
        await GrainCluster.EventuallyAsync(() => Deliveries(made), all => all.Any(delivery => delivery.Attempts.Length == 1));
        _cluster.Clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(2, (await View(made)).Waiting);
        Assert.Single(_cluster.Receivers.Got(_host));

        _cluster.Receivers.Answer(_host, 200);
        _cluster.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(3, (await Later(3)).Length);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_disabled_on_record_and_another_endpoint_hears_of_it()
    {
        var made = await Given(_host);
        var ears = $"ears-{_host}";
        await Given(ears, "webhook.*");
        _cluster.Receivers.Answer(_host, 410);
        await Index.PublishAsync(Event());

        var view = await GrainCluster.EventuallyAsync(() => View(made), view => view.Disabled);
        Assert.Equal(("gone", "system", 1), (view.DisabledReason, view.ChangedBy, view.Waiting));
        var told = await GrainCluster.EventuallyAsync(() => SeenAsync(ears), got => got.Length > 0);
        Assert.Equal(("webhook.disabled", made.Webhook.Id), (Json(told[0]).GetProperty("type").GetString(), Json(told[0]).GetProperty("data").GetProperty("webhook").GetString()));
        Assert.Equal([$"{made.Webhook.Id}/gone"], (await Recorded()).Select(record => record.GetProperty("target").GetString()));

        Assert.Equal(0, await Index.PublishAsync(Event()));
        _cluster.Receivers.Answer(_host, 200);
        Assert.False((await Grain(made).EnableAsync(GrainCluster.CallerOf(_tenant)).Value()).Disabled);
        Assert.Equal(2, (await Got(2)).Length);
    }

    [Fact]
    public async Task What_somebody_enables_while_giving_it_up_is_not_on_record_yet_stays_enabled()
    {
        var made = await Given(_host);
        _cluster.Receivers.Answer(_host, 410);
        _cluster.AuditLog.FailAppend(_tenant);
        await Index.PublishAsync(Event());
        var view = await GrainCluster.EventuallyAsync(() => View(made), view => view.Disabled);
        await GrainCluster.EventuallyAsync(() => Task.FromResult(_cluster.AuditLog.WillFail(_tenant)), will => !will);
        _cluster.Receivers.Answer(_host, 200);

        Assert.False((await Grain(made).ReplaceAsync(Put(_host), view.Version, GrainCluster.CallerOf(_tenant)).Value()).Disabled);
        Assert.Equal(2, (await Later(2)).Length);
        _cluster.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(WebhookDeliveryState.Delivered, (await Delivered(made))[0].State);
        Assert.False((await View(made)).Disabled);
        Assert.Single(await Recorded());
    }

    [Fact]
    public async Task Days_of_failure_disable_an_endpoint_once()
    {
        var made = await Given(_host);
        _cluster.Receivers.Lose(_host);
        await Index.PublishAsync(Event());
        await Got(1);
        for (var day = 0; day < 6; day++)
        {
            _cluster.Clock.Advance(TimeSpan.FromHours(24.5));
            var before = _cluster.Receivers.Got(_host).Length;
            await Index.PublishAsync(Event());
            await GrainCluster.EventuallyAsync(async () => (View: await View(made), Got: _cluster.Receivers.Got(_host).Length), seen => seen.View.Disabled || seen.Got > before);
        }

        var view = await GrainCluster.EventuallyAsync(() => View(made), view => view.Disabled);
        Assert.Equal((true, "failing"), (view.Disabled, view.DisabledReason));
        Assert.Single(await GrainCluster.EventuallyAsync(Recorded, records => records.Length > 0));
    }

    [Fact]
    public async Task A_rotated_secret_signs_beside_the_new_one_for_its_overlap_and_then_leaves_the_vault()
    {
        var made = await Given(_host);
        var rotated = await Grain(made).RotateSecretAsync(new RotateWebhookSecret { OverlapHours = 2 }, GrainCluster.CallerOf(_tenant)).Value();
        Assert.NotEqual(made.Secret, rotated.Secret);
        await Index.PublishAsync(Event());
        var both = (await Got(1))[0];
        Assert.True(Verifies(both, made.Secret) && Verifies(both, rotated.Secret));

        _cluster.Clock.Advance(TimeSpan.FromHours(2));
        await Index.PublishAsync(Event());
        var alone = (await Got(2))[1];
        Assert.False(Verifies(alone, made.Secret));
        Assert.True(Verifies(alone, rotated.Secret));

        await Grain(made).RotateSecretAsync(new RotateWebhookSecret { OverlapHours = 0 }, GrainCluster.CallerOf(_tenant)).Value();
        Assert.Single(_cluster.Secrets.Names, name => name.Contains(made.Webhook.Id[3..], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_vault_that_is_away_refuses_a_new_endpoint_and_delays_what_is_sent()
    {
        var made = await Given(_host);
        _cluster.Secrets.IsAway = true;
        Assert.Equal(ProblemCode.Unavailable, (await Index.AddAsync(Put("late.example"), GrainCluster.CallerOf(_tenant))).Problem?.Code);
        await Index.PublishAsync(Event());
        var waiting = (await GrainCluster.EventuallyAsync(() => Deliveries(made), all => all[0].Attempts.Length == 1))[0];
        Assert.Equal(("vault", WebhookDeliveryState.Waiting), (waiting.Attempts[0].Error, waiting.State));

        _cluster.Secrets.IsAway = false;
        Assert.Single(await Later(1));
    }

    [Fact]
    public async Task A_deleted_endpoint_gets_nothing_more_and_leaves_no_secret_also_when_the_vault_was_away()
    {
        var made = await Given(_host);
        _cluster.Receivers.Lose(_host);
        await Index.PublishAsync(Event());
        await Got(1);
        _cluster.Secrets.IsAway = true;
        Assert.Null(await Grain(made).DeleteAsync(0, GrainCluster.CallerOf(_tenant)));
        Assert.Equal(ProblemCode.NotFound, (await Grain(made).GetAsync()).Problem?.Code);
        _cluster.Secrets.IsAway = false;
        _cluster.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, await Index.PublishAsync(Event()));
        Assert.Single(_cluster.Receivers.Got(_host));

        await Grain(made).AsReference<IRemindable>().ReceiveReminder(WebhookGrain.Delivery, default);
        Assert.DoesNotContain(_cluster.Secrets.Names, name => name.Contains(made.Webhook.Id[3..], StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_index_that_did_not_hear_of_a_deletion_hears_of_it_with_what_is_left_over()
    {
        var made = await Given(_host);
        _cluster.Secrets.IsAway = true;
        Assert.Null(await Grain(made).DeleteAsync(0, GrainCluster.CallerOf(_tenant)));
        var stale = new WebhookState { Id = made.Webhook.Id, EventTypes = ["alert.*"] }.Entry();
        await Index.ChangedAsync(stale);
        Assert.Equal(1, await Index.PublishAsync(Event()));
        _cluster.Secrets.IsAway = false;

        await Remind(Grain(made));

        Assert.Equal(0, await Index.PublishAsync(Event()));
        Assert.Empty(SecretsOf(made.Webhook.Id));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task An_endpoint_whose_row_could_not_be_written_leaves_no_secret(int writes)
    {
        var id = $"wh_{Guid.NewGuid():N}"[..(WebhookRules.IdPrefix.Length + WebhookRules.IdLength)];
        var grain = _cluster.For(_tenant).Get<IWebhookGrain>(id);
        _cluster.Storage.FailWrite("webhook", _tenant, id, writes);
        await Assert.ThrowsAnyAsync<Exception>(() => grain.AddAsync(Put(_host), GrainCluster.CallerOf(_tenant)));
        Assert.Equal(writes, SecretsOf(id).Length);
        await _cluster.DeactivateAsync(grain);

        Assert.True(await _cluster.IsRemindedAsync(grain, WebhookGrain.Delivery));
        await Remind(grain);
        Assert.Empty(SecretsOf(id));
        Assert.Equal(ProblemCode.NotFound, (await grain.GetAsync()).Problem?.Code);
        await Remind(grain);
        Assert.False(await _cluster.IsRemindedAsync(grain, WebhookGrain.Delivery));
        Assert.DoesNotContain(await _cluster.Rows.CountAsync(_tenant.ToString(), TestContext.Current.CancellationToken), row => row.GrainType == "webhook");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_rotation_that_could_not_be_written_leaves_the_secret_that_signs_and_no_other(int writes)
    {
        var made = await Given(_host);
        _cluster.Storage.FailWrite("webhook", _tenant, made.Webhook.Id, writes);
        await Assert.ThrowsAnyAsync<Exception>(() => Grain(made).RotateSecretAsync(new RotateWebhookSecret(), GrainCluster.CallerOf(_tenant)));
        Assert.Equal(1 + writes, SecretsOf(made.Webhook.Id).Length);
        await _cluster.DeactivateAsync(Grain(made));

        await Remind(Grain(made));
        Assert.Single(SecretsOf(made.Webhook.Id));
        await Index.PublishAsync(Event());
        Assert.True(Verifies((await Got(1))[0], made.Secret));
    }

    [Fact]
    public async Task A_slow_receiver_keeps_nobody_else_waiting()
    {
        var slow = new TaskCompletionSource();
        var made = await Given(_host);
        var quick = $"quick-{_host}";
        await Given(quick);
        _cluster.Receivers.Hold(_host, slow.Task);

        await Index.PublishAsync(Event());
        await Index.PublishAsync(Event());

        Assert.Equal(2, (await GrainCluster.EventuallyAsync(() => SeenAsync(quick), got => got.Length == 2)).Length);
        Assert.Equal((1, 2), (_cluster.Receivers.Got(_host).Length, (await View(made)).Waiting));
        slow.SetResult();
        Assert.Equal(2, (await Got(2)).Length);
    }

    [Fact]
    public async Task A_flood_is_bounded_and_what_made_room_is_counted()
    {
        var made = await Given(_host);
        _cluster.Receivers.Answer(_host, 503, TimeSpan.FromHours(1));
        await Index.PublishAsync(Event());
        await Got(1);
        await Task.WhenAll(Enumerable.Range(0, WebhookRules.MaxWaiting + 50).Select(_ => Index.PublishAsync(Event())));

        var view = await View(made);
        Assert.Equal((WebhookRules.MaxWaiting, 51L), (view.Waiting, view.Dropped));
        Assert.Equal(51, (await Grain(made).DeliveriesAsync(WebhookDeliveryState.Dropped, null, 1_000).Value()).Length);
        Assert.Single(_cluster.Receivers.Got(_host));
    }

    [Fact]
    public async Task There_are_twenty_endpoints_and_no_more_also_when_all_are_asked_for_at_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 25).Select(i => Index.AddAsync(Put($"{i}-{_host}"), GrainCluster.CallerOf(_tenant))));

        Assert.Equal((20, 5), (answers.Count(answer => answer.Problem is null), answers.Count(answer => answer.Problem?.Code == ProblemCode.QuotaExceeded)));
        Assert.Equal(20, (await Index.ListAsync()).Length);
    }

    [Fact]
    public async Task An_index_that_begins_anew_knows_all_endpoints()
    {
        var made = await Given(_host);
        await _cluster.DeactivateAsync(Index);

        Assert.Equal(made.Webhook.Id, Assert.Single(await Index.ListAsync()).Id);
        Assert.Equal(1, await Index.PublishAsync(Event()));
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task An_endpoint_belongs_to_its_tenant_alone()
    {
        var made = await Given(_host);
        var stranger = await _cluster.GivenTenantAsync();

        Assert.Equal(ProblemCode.NotFound, (await _cluster.For(stranger).Get<IWebhookGrain>(made.Webhook.Id).GetAsync()).Problem?.Code);
        var theirs = _cluster.For(_tenant).Get<IWebhookGrain>(made.Webhook.Id);
        _cluster.For(stranger);
        await Assert.ThrowsAsync<TenantAccessException>(() => theirs.TestAsync(GrainCluster.CallerOf(stranger)));
    }

    [Fact]
    public async Task No_row_of_an_endpoint_holds_its_secret()
    {
        var made = await Given(_host);
        await Index.PublishAsync(Event());
        await Delivered(made);

        Assert.DoesNotContain(made.Secret[6..], JsonSerializer.Serialize(await View(made)) + JsonSerializer.Serialize(await Deliveries(made)) + made, StringComparison.Ordinal);
    }

    private string[] SecretsOf(string id) => [.. _cluster.Secrets.Names.Where(name => name.Contains(id[WebhookRules.IdPrefix.Length..], StringComparison.Ordinal))];

    private static Task Remind(IWebhookGrain grain) => grain.AsReference<IRemindable>().ReceiveReminder(WebhookGrain.Delivery, default);

    private IWebhookIndexGrain Index => _cluster.For(_tenant).The<IWebhookIndexGrain>();

    private IWebhookGrain Grain(WebhookSecret made) => _cluster.For(_tenant).Get<IWebhookGrain>(made.Webhook.Id);

    private async Task<WebhookSecret> Given(string host, params string[] types) => await Index.AddAsync(Put(host, types), GrainCluster.CallerOf(_tenant)).Value();

    private static PutWebhook Put(string host, params string[] types) => new() { Url = $"https://{host}/hook", EventTypes = types.Length == 0 ? ["alert.*"] : types };

    private static WebhookEvent Event() => new(Guid.NewGuid(), WebhookEventTypes.AlertFired, WebhookEventTypes.AlertFired, """{"type":"alert.fired"}""");

    /// <summary>What a host got, after the cluster had time to do something.</summary>
    private async Task<WebhookRequest[]> SeenAsync(string host)
    {
        await Task.Delay(1);
        return _cluster.Receivers.Got(host);
    }

    private Task<WebhookRequest[]> Got(int count) => GrainCluster.EventuallyAsync(() => SeenAsync(_host), got => got.Length >= count);

    /// <summary>The same while time goes on.</summary>
    private Task<WebhookRequest[]> Later(int count) => GrainCluster.EventuallyAsync(
        () =>
        {
            _cluster.Clock.Advance(TimeSpan.FromSeconds(1));
            return SeenAsync(_host);
        },
        got => got.Length >= count);

    private async Task<WebhookView> View(WebhookSecret made) => await Grain(made).GetAsync().Value();

    private async Task<WebhookDelivery[]> Deliveries(WebhookSecret made) => await Grain(made).DeliveriesAsync(null, null, 100).Value();

    private Task<WebhookDelivery[]> Delivered(WebhookSecret made) => GrainCluster.EventuallyAsync(() => Deliveries(made), all => all.All(delivery => delivery.State == WebhookDeliveryState.Delivered));

    private async Task<JsonElement[]> Recorded() =>
        [.. (await _cluster.For(_tenant).Get<IAuditStreamGrain>("0").ReadAsync(1, 100)).Select(view => JsonSerializer.Deserialize<JsonElement>(view.Record)).Where(record => record.GetProperty("action").GetString() == "webhooks/give-up")];

    private static JsonElement Json(WebhookRequest request) => JsonSerializer.Deserialize<JsonElement>(request.Body);

    private static bool Verifies(WebhookRequest request, string secret)
    {
        var content = Encoding.UTF8.GetBytes($"{request.Id}.{request.Timestamp}.{Encoding.UTF8.GetString(request.Body)}");
        return request.Signature.Split(' ').Contains("v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), content)), StringComparer.Ordinal);
    }
}
