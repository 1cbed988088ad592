using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Platform.System.Tests;

/// <summary>The management REST API, used as an operator's script would.</summary>
internal sealed class ManagementApi : IDisposable
{
    public static readonly (int PerMinute, int Burst) Unlimited = (100_000_000, 10_000_000);
    private readonly HttpClient _http;

    public ManagementApi(Uri management, string adminKey)
    {
        _http = new HttpClient { BaseAddress = management, Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", adminKey);
    }

    public async Task CreateTenantAsync(string slug, CancellationToken cancel) =>
        _ = await PostAsync("/v1/tenants", new JsonObject { ["slug"] = slug, ["auditMode"] = "durable", ["rateLimit"] = Limit(Unlimited) }, cancel);

    public async Task<IssuedKey> IssueKeyAsync(string slug, CancellationToken cancel, (int PerMinute, int Burst)? limit = null)
    {
        var body = new JsonObject { ["name"] = "system test", ["roles"] = new JsonArray("admin") };
        if (limit is { } own)
        {
            body["rateLimit"] = Limit(own);
        }

        var issued = await PostAsync($"/v1/tenants/{slug}/keys", body, cancel);
        return new IssuedKey(issued["key"]!["id"]!.GetValue<string>(), issued["secret"]!.GetValue<string>());
    }

    public async Task RevokeKeyAsync(string slug, string id, CancellationToken cancel) =>
        Assert.Equal("revoked", (await PostAsync($"/v1/tenants/{slug}/keys/{id}:revoke", null, cancel))["status"]!.GetValue<string>());

    public async Task SuspendTenantAsync(string slug, CancellationToken cancel) =>
        Assert.Equal("suspended", (await PostAsync($"/v1/tenants/{slug}:suspend", new JsonObject { ["reason"] = "system test" }, cancel))["status"]!.GetValue<string>());

    public async Task ResumeTenantAsync(string slug, CancellationToken cancel) =>
        Assert.Equal("active", (await PostAsync($"/v1/tenants/{slug}:resume", null, cancel))["status"]!.GetValue<string>());

    public Task CreateRoleAsync(string slug, string name, CancellationToken cancel) => PostAsync(
        $"/v1/tenants/{slug}/roles",
        new JsonObject { ["name"] = name, ["description"] = "Reads all but salaries.", ["inherits"] = new JsonArray("user"), ["allow"] = new JsonArray("tools:call", "prompts:*"), ["deny"] = new JsonArray("resources:read:salaries/*", "keys:write") },
        cancel);

    /// <summary>A new user without a password; the secret of the invitation with which it gets one.</summary>
    public async Task<string> InviteUserAsync(string slug, string name, string role, CancellationToken cancel)
    {
        await PostAsync($"/v1/tenants/{slug}/principals", new JsonObject { ["kind"] = "user", ["name"] = name, ["displayName"] = name, ["roles"] = new JsonArray(role) }, cancel);
        return (await PostAsync($"/v1/tenants/{slug}/principals/usr_{name}:issueInvitation", [], cancel))["secret"]!.GetValue<string>();
    }

    /// <summary>A new operator without a password; the secret of the invitation.</summary>
    public async Task<string> InviteOperatorAsync(string name, CancellationToken cancel)
    {
        await PostAsync("/v1/platform/principals", new JsonObject { ["kind"] = "user", ["name"] = name, ["displayName"] = name, ["roles"] = new JsonArray("admin") }, cancel);
        return (await PostAsync($"/v1/tenants/_sys/principals/usr_{name}:issueInvitation", [], cancel))["secret"]!.GetValue<string>();
    }

    /// <summary>The id of a new incident.</summary>
    /// <param name="slug">Null for one of the platform's.</param>
    /// <param name="title">What happened.</param>
    /// <param name="cancel">The test's.</param>
    public async Task<string> OpenIncidentAsync(string? slug, string title, CancellationToken cancel) =>
        (await PostAsync((slug is null ? "/v1/platform" : $"/v1/tenants/{slug}") + "/incidents", new JsonObject { ["title"] = title, ["description"] = "A test of the console." }, cancel))["id"]!.GetValue<string>();

    public async Task PutMemoryAsync(string slug, string key, string value, CancellationToken cancel)
    {
        var path = $"/v1/tenants/{slug}/resources/memory/{key}";
        using var content = new StringContent(value);
        using var response = await _http.PutAsync(new Uri(path, UriKind.Relative), content, cancel);
        _ = await ReadAsync(response, path, cancel);
    }

    /// <summary>The id of a new public OAuth client.</summary>
    public async Task<string> RegisterOAuthClientAsync(string slug, string name, string redirect, bool defaultResource, CancellationToken cancel)
    {
        var body = new JsonObject { ["name"] = name, ["kind"] = "public", ["redirectUris"] = new JsonArray(redirect), ["defaultResource"] = defaultResource };
        return (await PostAsync($"/v1/tenants/{slug}/oauth-clients", body, cancel))["client"]!["id"]!.GetValue<string>();
    }

    /// <summary>The id of a new OAuth client that acts for itself, as the service of a key.</summary>
    public async Task<string> RegisterMachineAsync(string slug, string name, string principal, CancellationToken cancel) =>
        (await PostAsync($"/v1/tenants/{slug}/oauth-clients", new JsonObject { ["name"] = name, ["kind"] = "confidential", ["principal"] = principal, ["scopes"] = new JsonArray("tools:call") }, cancel))["client"]!["id"]!.GetValue<string>();

    /// <summary>The id of a registration of whatever certificate an authority issues for a name.</summary>
    public async Task<string> TrustAuthorityAsync(string slug, string name, string principal, string authority, string dns, CancellationToken cancel)
    {
        var body = new JsonObject { ["name"] = name, ["principal"] = principal, ["authority"] = authority, ["subject"] = new JsonObject { ["kind"] = "dns", ["value"] = dns } };
        return (await PostAsync($"/v1/tenants/{slug}/client-certificates", body, cancel))["id"]!.GetValue<string>();
    }

    /// <summary>All audit events, newest first.</summary>
    public async Task<List<AuditEvent>> AuditEventsAsync(string slug, CancellationToken cancel)
    {
        var events = new List<AuditEvent>();
        string? token = null;
        do
        {
            var page = await GetAsync($"/v1/tenants/{slug}/audit-events?pageSize=200" + (token is null ? "" : $"&pageToken={Uri.EscapeDataString(token)}"), cancel);
            events.AddRange(page["items"]!.AsArray().Select(item => new AuditEvent(
                item!["sequence"]!.GetValue<long>(), item["event"]!["action"]!.GetValue<string>(), item["event"]!["outcome"]!.GetValue<string>(),
                item["event"]!["target"]?.GetValue<string>())));
            token = page["nextPageToken"]?.GetValue<string>();
        }
        while (token is not null);
        return events;
    }

    /// <summary>The newest 200 audit events, as the product tells them.</summary>
    public async Task<string> RawAuditAsync(string slug, CancellationToken cancel) =>
        (await GetAsync($"/v1/tenants/{slug}/audit-events?pageSize=200", cancel)).ToJsonString();

    /// <summary>The chain of the tenant's trail, recomputed by the product; fails when an event does not fit.</summary>
    public async Task<long> VerifiedEventsAsync(string slug, CancellationToken cancel)
    {
        var answer = await PostAsync($"/v1/tenants/{slug}/audit-events:verify", null, cancel);
        Assert.True(answer["firstBad"] is null, $"The audit chain of {slug} is broken: {answer.ToJsonString()}");
        return answer["events"]!.GetValue<long>();
    }

    /// <summary>Makes a platform checkpoint; its number.</summary>
    public async Task<long> TakeCheckpointAsync(CancellationToken cancel) => (await PostAsync("/v1/audit-checkpoints:take", null, cancel))["checkpoint"]!["number"]!.GetValue<long>();

    /// <summary>What the watch holds against trails.</summary>
    public async Task<IReadOnlyList<JsonObject>> FindingsAsync(CancellationToken cancel) => [.. (await GetAsync("/v1/audit-findings", cancel))["items"]!.AsArray().Select(item => item!.AsObject())];

    /// <summary>The signed bundle of a tenant's trail.</summary>
    public Task<byte[]> ExportAsync(string slug, CancellationToken cancel) => _http.GetByteArrayAsync(new Uri($"/v1/tenants/{slug}/audit:export", UriKind.Relative), cancel);

    /// <summary>The slug of the problem that answers a POST.</summary>
    public async Task<string?> RefusalAsync(string path, JsonObject body, CancellationToken cancel)
    {
        using var content = JsonContent.Create(body);
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content, cancel);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(cancel))?["code"]?.GetValue<string>();
    }

    /// <summary>A new webhook; its secret is told this once.</summary>
    public async Task<(string Id, string Secret)> AddWebhookAsync(string slug, Uri url, string types, CancellationToken cancel)
    {
        var made = await PostAsync($"/v1/tenants/{slug}/webhooks", new JsonObject { ["url"] = url.ToString(), ["eventTypes"] = new JsonArray(types) }, cancel);
        return (made["webhook"]!["id"]!.GetValue<string>(), made["secret"]!.GetValue<string>());
    }

    /// <summary>Ids of the messages that wait for a webhook.</summary>
    public async Task<List<string>> WaitingAsync(string slug, string webhook, CancellationToken cancel) =>
        [.. (await GetAsync($"/v1/tenants/{slug}/webhooks/{webhook}/deliveries?state=waiting&pageSize=200", cancel))["items"]!.AsArray().Select(item => item!["id"]!.GetValue<string>())];

    public async Task TestAlertRuleAsync(string slug, string rule, CancellationToken cancel) => _ = await PostAsync($"/v1/tenants/{slug}/alert-rules/{rule}:test", null, cancel);

    public async Task SetQuotaAsync(string slug, long perDay, CancellationToken cancel)
    {
        var path = $"/v1/tenants/{slug}/rate-limits";
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(path, UriKind.Relative)) { Content = JsonContent.Create(new JsonObject { ["quota"] = new JsonObject { ["perDay"] = perDay } }) };
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        using var response = await _http.SendAsync(request, cancel);
        _ = await ReadAsync(response, path, cancel);
    }

    /// <summary>Permits of this day's quota that are used or leased.</summary>
    public async Task<long> UsedTodayAsync(string slug, CancellationToken cancel) =>
        (await GetAsync($"/v1/tenants/{slug}/rate-limits/quota", cancel))["day"]!["used"]!.GetValue<long>();

    public void Dispose() => _http.Dispose();

    private static JsonObject Limit((int PerMinute, int Burst) rule) => new() { ["permitsPerMinute"] = rule.PerMinute, ["burst"] = rule.Burst };

    private async Task<JsonObject> GetAsync(string path, CancellationToken cancel)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative), cancel);
        return await ReadAsync(response, path, cancel);
    }

    private async Task<JsonObject> PostAsync(string path, JsonObject? body, CancellationToken cancel)
    {
        using var content = body is null ? null : JsonContent.Create(body);
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content, cancel);
        return await ReadAsync(response, path, cancel);
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage response, string path, CancellationToken cancel)
    {
        var text = await response.Content.ReadAsStringAsync(cancel);
        Assert.True(response.IsSuccessStatusCode, $"{response.RequestMessage?.Method} {path} answered {(int)response.StatusCode}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }
}

internal sealed record IssuedKey(string Id, string Secret);

internal sealed record AuditEvent(long Sequence, string Action, string Outcome, string? Target);
