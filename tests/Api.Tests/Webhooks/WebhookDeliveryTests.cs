using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Webhooks;

/// <summary>Messages on their way to receivers, which read them as strangers would.</summary>
[Trait("Control", "AL-6")]
public sealed class WebhookDeliveryTests(WebhookProduct product) : IClassFixture<WebhookProduct>, IAsyncLifetime
{
    private readonly string _name = $"r{Guid.NewGuid():N}";
    private TenantClient _tenant = null!;

    public async ValueTask InitializeAsync() => _tenant = await TenantClient.MakeAsync(product.Platform);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_test_reaches_the_receiver_signed_as_the_specification_says()
    {
        var (id, secret) = await Given($"status/200/{_name}");
        var tested = await Test(id);

        Assert.Equal((200, "delivered", 200), (tested.Status, tested.Json.GetProperty("state").GetString(), tested.Json.GetProperty("attempts")[0].GetProperty("status").GetInt32()));
        var got = Assert.Single(product.Got(_name));
        Assert.True(got.Verifies(secret));
        Assert.False(got.Verifies("whsec_" + Convert.ToBase64String(new byte[32])));
        Assert.Equal(("webhook.test", tested.Json.GetProperty("id").GetString(), "application/json"), (JsonSerializer.Deserialize<JsonElement>(got.Body).GetProperty("type").GetString(), got.Id, got.Headers["Content-Type"]));
        Assert.InRange(long.Parse(got.Headers["webhook-timestamp"], System.Globalization.CultureInfo.InvariantCulture), DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1);
        Assert.DoesNotContain(got.Headers.Keys, name => name is "Authorization" or "Cookie" or "traceparent");
    }

    [Fact]
    public async Task After_a_rotation_both_secrets_verify_and_after_one_without_overlap_only_the_new_one()
    {
        var (id, old) = await Given($"status/200/{_name}");
        var rotated = (await _tenant.Rest(HttpMethod.Post, $"webhooks/{id}:rotateSecret", new { overlapHours = 24 })).Json.GetProperty("secret").GetString()!;
        await Test(id);
        var both = product.Got(_name)[0];
        Assert.True(both.Verifies(old) && both.Verifies(rotated));

        var last = (await _tenant.Rest(HttpMethod.Post, $"webhooks/{id}:rotateSecret", new { overlapHours = 0 })).Json.GetProperty("secret").GetString()!;
        await Test(id);
        var alone = product.Got(_name)[1];
        Assert.Equal((false, false, true), (alone.Verifies(old), alone.Verifies(rotated), alone.Verifies(last)));
    }

    [Fact]
    public async Task An_alert_reaches_the_receiver()
    {
        var (id, secret) = await Given($"status/204/{_name}");
        var guesser = _tenant.With(KeyForge.OtherSecret(_tenant.Key));
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(401, (await guesser.Call("tools/list")).Status);
        }

        var got = Assert.Single(await product.Got(_name, 1));
        Assert.True(got.Verifies(secret));
        var message = JsonSerializer.Deserialize<JsonElement>(got.Body);
        Assert.Equal(("alert.fired", _tenant.Slug, "auth-failures", "firing"),
            (message.GetProperty("type").GetString(), message.GetProperty("data").GetProperty("tenant").GetString(), message.GetProperty("data").GetProperty("rule").GetString(), message.GetProperty("data").GetProperty("state").GetString()));
        var delivery = Assert.Single((await Until($"webhooks/{id}/deliveries?state=delivered", reply => reply.Items().Length == 1)).Items());
        Assert.Equal((got.Id, "alert.fired", true), (delivery.GetProperty("id").GetString(), delivery.GetProperty("type").GetString(), delivery.GetProperty("canRedeliver").GetBoolean()));

        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Post, $"webhooks/{id}/deliveries/{got.Id}:redeliver")).Status);
        var again = (await product.Got(_name, 2))[1];
        Assert.Equal((got.Id, got.Body, true), (again.Id, again.Body, again.Verifies(secret)));
    }

    [Theory, Trait("Control", "AU-10")]
    [InlineData("redirect")]
    [InlineData("redirect-here")]
    public async Task A_redirect_is_a_failure_and_is_not_followed(string kind)
    {
        var (id, _) = await Given($"{kind}/{_name}");
        var tested = await Test(id);

        Assert.Equal(("failed", 307), (tested.Json.GetProperty("state").GetString(), tested.Json.GetProperty("attempts")[0].GetProperty("status").GetInt32()));
        Assert.Single(product.Got(_name));
        Assert.Empty(product.Got($"followed-{_name}"));
    }

    [Fact]
    public async Task What_a_receiver_answers_is_told_nowhere_and_read_by_nobody()
    {
        var (id, _) = await Given($"status/500/{_name}");
        var tested = await Test(id);
        var log = await _tenant.Rest(HttpMethod.Get, $"webhooks/{id}/deliveries");
        Assert.Equal(("failed", 1), (tested.Json.GetProperty("state").GetString(), log.Items().Length));
        Assert.DoesNotContain("secret of the receiver", tested.Text + log.Text, StringComparison.Ordinal);

        var (endless, _) = await Given($"endless/{_name}");
        Assert.Equal("delivered", (await Test(endless)).Json.GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_reads_as_unreachable()
    {
        var (id, _) = await Given(new Uri("http://127.0.0.1:9/").ToString(), isWhole: true);
        var attempt = (await Test(id)).Json.GetProperty("attempts")[0];

        Assert.Equal(("unreachable", false), (attempt.GetProperty("error").GetString(), attempt.TryGetProperty("status", out _)));
    }

    [Fact]
    public async Task A_receiver_that_takes_its_time_keeps_no_other_waiting()
    {
        var (slow, _) = await Given($"slow/{_name}");
        var (quick, _) = await Given($"status/200/quick-{_name}");
        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Post, "alert-rules/error-rate:test")).Status);

        Assert.Single(await product.Got($"quick-{_name}", 1));
        Assert.Single(await product.Got(_name, 1));
        Assert.Equal((1, 0), (await Waiting(slow), (await Until($"webhooks/{quick}", reply => reply.Json.GetProperty("waiting").GetInt32() == 0)).Json.GetProperty("waiting").GetInt32()));
        product.Patience.TrySetResult();
        Assert.Equal(0, (await Until($"webhooks/{slow}", reply => reply.Json.GetProperty("waiting").GetInt32() == 0)).Json.GetProperty("waiting").GetInt32());
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_disabled_and_one_that_has_too_much_to_do_is_left_alone()
    {
        var (gone, _) = await Given($"status/410/gone-{_name}");
        var (busy, _) = await Given($"status/429/busy-{_name}");
        await _tenant.Rest(HttpMethod.Post, "alert-rules/error-rate:test");

        Assert.Equal("gone", (await Until($"webhooks/{gone}", reply => reply.Json.GetProperty("disabled").GetBoolean())).Json.GetProperty("disabledReason").GetString());
        var delivery = Assert.Single((await Until($"webhooks/{busy}/deliveries", reply => reply.Items() is [var one] && one.GetProperty("attempts").GetArrayLength() == 1)).Items());
        Assert.InRange(delivery.GetProperty("nextAttemptAt").GetDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(61));
        Assert.Contains((await product.Platform.AuditEvents(_tenant.Slug, 50)), entry => entry.GetProperty("action").GetString() == "webhooks/give-up" && entry.GetProperty("target").GetString() == $"{gone}/gone");
        Assert.Equal(409, (await _tenant.Rest(HttpMethod.Post, $"webhooks/{gone}/deliveries/{delivery.GetProperty("id").GetString()}:redeliver")).Status);
    }

    [Theory]
    [InlineData("https://169.254.169.254/")]
    [InlineData("https://10.0.0.1/")]
    public async Task What_the_operator_did_not_allow_stays_closed(string url) => Assert.Equal(400, (await Post(url)).Status);

    [Fact]
    public async Task A_list_of_deliveries_has_pages()
    {
        var (id, _) = await Given($"status/200/{_name}");
        for (var i = 0; i < 3; i++)
        {
            await Test(id);
        }

        var first = await _tenant.Rest(HttpMethod.Get, $"webhooks/{id}/deliveries?pageSize=2");
        var second = await _tenant.Rest(HttpMethod.Get, $"webhooks/{id}/deliveries?pageSize=2&pageToken={first.Json.GetProperty("nextPageToken").GetString()}");
        Assert.Equal([3, 2, 1], first.Items().Concat(second.Items()).Select(delivery => delivery.GetProperty("number").GetInt32()));
        Assert.False(second.Json.TryGetProperty("nextPageToken", out _));
        Assert.Equal(400, (await _tenant.Rest(HttpMethod.Get, $"webhooks/{id}/deliveries?state=lost")).Status);
    }

    private async Task<(string Id, string Secret)> Given(string path, bool isWhole = false)
    {
        var made = await Post(isWhole ? path : new Uri(product.Receivers, path).ToString());
        Assert.Equal(201, made.Status);
        return (made.Json.GetProperty("webhook").GetProperty("id").GetString()!, made.Json.GetProperty("secret").GetString()!);
    }

    private Task<Reply> Post(string url) => _tenant.Rest(HttpMethod.Post, "webhooks", new { url, eventTypes = new[] { "alert.fired" } });

    private Task<Reply> Test(string id) => _tenant.Rest(HttpMethod.Post, $"webhooks/{id}:test");

    private async Task<int> Waiting(string id) => (await _tenant.Rest(HttpMethod.Get, $"webhooks/{id}")).Json.GetProperty("waiting").GetInt32();

    private async Task<Reply> Until(string path, Predicate<Reply> wanted)
    {
        var started = TimeProvider.System.GetTimestamp();
        var reply = await _tenant.Rest(HttpMethod.Get, path);
        while (!wanted(reply) && TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20))
        {
            await Task.Delay(50);
            reply = await _tenant.Rest(HttpMethod.Get, path);
        }

        return reply;
    }
}
