using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Webhooks;

/// <summary>The audit trail on its way to receivers.</summary>
[Trait("Control", "AL-1"), Trait("Control", "AL-6")]
public sealed class WebhookAuditTests(WebhookProduct product) : IClassFixture<WebhookProduct>, IAsyncLifetime
{
    private readonly string _name = $"r{Guid.NewGuid():N}";
    private TenantClient _tenant = null!;

    public async ValueTask InitializeAsync() => _tenant = await TenantClient.MakeAsync(product.Platform);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_is_done_and_served_arrives_in_order_and_as_the_trail_has_it()
    {
        var made = await Add("audit.administration", "audit.resourceAccess");
        Assert.Equal(201, made.Status);
        var secret = made.Json.GetProperty("secret").GetString()!;
        var path = $"webhooks/{made.Json.GetProperty("webhook").GetProperty("id").GetString()}";
        Assert.Equal(201, (await _tenant.Rest(HttpMethod.Post, "keys", new { name = "one", roles = new[] { "admin" } })).Status);
        await _tenant.Call("tools/list");
        Assert.Equal(201, (await _tenant.Rest(HttpMethod.Post, "keys", new { name = "two", roles = new[] { "admin" } })).Status);

        // The event of the endpoint itself comes first: it was made before its own request was on record.
        var events = await Events(4);
        Assert.Equal(["webhooks/add", "keys/issue", "tools/list", "keys/issue"], events.Take(4).Select(entry => entry.GetProperty("event").GetProperty("action").GetString()));
        Assert.All(product.Got(_name), got => Assert.True(got.Verifies(secret)));
        var stored = (await _tenant.Rest(HttpMethod.Get, "audit-events?pageSize=100&orderBy=sequence")).Items().ToDictionary(entry => entry.GetProperty("sequence").GetInt64());
        Assert.All(events, entry => Assert.Equal(stored[entry.GetProperty("sequence").GetInt64()].GetRawText(), entry.GetRawText()));

        var seen = await _tenant.Rest(HttpMethod.Get, path);
        Assert.True(seen.Json.GetProperty("auditSequence").GetInt64() >= events[3].GetProperty("sequence").GetInt64());
        Assert.InRange(seen.Json.GetProperty("auditBehind").GetInt64(), 0, 100);
        var delivery = (await _tenant.Rest(HttpMethod.Get, $"{path}/deliveries?state=delivered")).Items()[^1];
        Assert.Equal(("audit.events", product.Got(_name)[0].Id), (delivery.GetProperty("type").GetString(), delivery.GetProperty("id").GetString()));
        Assert.True(delivery.GetProperty("fromSequence").GetInt64() <= delivery.GetProperty("toSequence").GetInt64());
    }

    [Fact, Trait("Control", "AZ-1")]
    public async Task Who_may_not_read_the_trail_has_it_sent_nowhere()
    {
        var (hooks, _) = await product.Platform.GivenOperator("webhooks:*", "platform-webhooks:*");
        var (both, _) = await product.Platform.GivenOperator("webhooks:*", "platform-webhooks:*", "audit:read");
        foreach (var path in new[] { $"/v1/tenants/{_tenant.Slug}/webhooks", "/v1/platform/webhooks" })
        {
            var refused = await product.Platform.Rest(HttpMethod.Post, path, Body("audit.toolExecution"), hooks);
            Assert.Equal((403, true), (refused.Status, refused.Text.Contains("audit:read", StringComparison.Ordinal)));
            Assert.Equal(403, (await product.Platform.Rest(HttpMethod.Post, path, Body("audit.*"), hooks)).Status);
            Assert.Equal(201, (await product.Platform.Rest(HttpMethod.Post, path, Body("alert.*"), hooks)).Status);
            var made = await product.Platform.Rest(HttpMethod.Post, path, Body("audit.*"), both);
            Assert.Equal(201, made.Status);

            // Neither by changing what another wants, nor by leading what it is told elsewhere.
            var own = made.Header("Location")!;
            Assert.Equal(403, (await Put(own, Body("audit.*", "elsewhere"), hooks)).Status);
            Assert.Equal(200, (await Put(own, Body("alert.*", "elsewhere"), hooks)).Status);
            Assert.Equal(403, (await Put(own, Body("audit.authentication"), hooks)).Status);
            Assert.False((await product.Platform.Rest(HttpMethod.Get, own)).Json.TryGetProperty("auditSequence", out _));
            Assert.Equal(200, (await Put(own, Body("audit.authentication"), both)).Status);
            Assert.Equal(204, (await Send(HttpMethod.Delete, own, null, both)).Status);
        }

        Assert.Empty(product.Got($"elsewhere-{_name}"));
    }

    [Theory]
    [InlineData("audit.made-up")]
    [InlineData("audit.events")]
    [InlineData("audit")]
    [InlineData("audit.administration.*")]
    public async Task A_class_that_does_not_exist_is_refused(string type) => Assert.Equal(400, (await Add(type)).Status);

    private Task<Reply> Add(params string[] types) => _tenant.Rest(HttpMethod.Post, "webhooks", new { url = new Uri(product.Receivers, $"status/200/{_name}").ToString(), eventTypes = types });

    private object Body(string type, string where = "own") => new { url = new Uri(product.Receivers, $"status/200/{where}-{_name}").ToString(), eventTypes = new[] { type } };

    private Task<Reply> Put(string path, object body, string credential) => Send(HttpMethod.Put, path, body, credential);

    private Task<Reply> Send(HttpMethod method, string path, object? body, string credential)
    {
        var request = new HttpRequestMessage(method, new Uri(product.Platform.ManagementUrl, path)) { Content = body is null ? null : new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body)) };
        request.Content?.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {credential}");
        return product.Platform.Send(request);
    }

    /// <summary>The events that the receiver got, as soon as there are so many.</summary>
    private async Task<JsonElement[]> Events(int count)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (All().Length < count && TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(40))
        {
            await Task.Delay(50);
        }

        var events = All();
        Assert.True(events.Length >= count);
        return events;
    }

    private JsonElement[] All() => [.. product.Got(_name).SelectMany(got => JsonSerializer.Deserialize<JsonElement>(got.Body).GetProperty("data").GetProperty("events").EnumerateArray())];
}
