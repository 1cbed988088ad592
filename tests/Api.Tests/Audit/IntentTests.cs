using System.Text.Json;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Audit;

/// <summary>What may change something is on record before it runs, so that no change is without a trace, whatever happens between (AL-5).</summary>
[Trait("Control", "AL-5")]
public sealed class IntentTests : IAsyncLifetime
{
    private readonly Faults _faults = new();
    private PlatformApplication _platform = null!;
    private TenantClient _tenant = null!;

    public async ValueTask InitializeAsync()
    {
        _platform = await PlatformApplication.StartAsync(configure: _faults.Install);
        _tenant = await TenantClient.MakeAsync(_platform);
    }

    public async ValueTask DisposeAsync()
    {
        _faults.AuditFails = false;
        await _platform.DisposeAsync();
    }

    [Fact]
    public async Task The_very_first_call_that_meets_a_broken_log_does_not_run()
    {
        _faults.AuditFails = true;
        var set = await SetAsync("unrecorded");
        _faults.AuditFails = false;
        await Wire.Until(() => _tenant.CallTool(), 200, Wire.Patience);

        Assert.Equal((503, 50301), (set.Status, set.Code));
        Assert.Equal(-32602, (await _tenant.Read("memory://unrecorded")).Code);
        Assert.Equal("unavailable", Outcome(await Event(set)));
    }

    [Fact]
    public async Task The_very_first_change_over_REST_that_meets_a_broken_log_is_not_made()
    {
        _faults.AuditFails = true;
        var refused = await _platform.Rest(HttpMethod.Post, "/v1/tenants", new { slug = "unmade" });
        _faults.AuditFails = false;
        await Wire.Until(() => _platform.Rest(HttpMethod.Get, "/v1/tenants/unmade"), 404, Wire.Patience);

        Assert.Equal((503, "unavailable"), (refused.Status, refused.Json.GetProperty("code").GetString()));
        Assert.Equal(201, (await Wire.Until(() => _platform.Rest(HttpMethod.Post, "/v1/tenants", new { slug = "unmade" }), 201, Wire.Patience)).Status);
    }

    [Fact]
    public async Task A_log_that_hangs_for_ten_seconds_refuses_what_comes_and_loses_nothing()
    {
        Assert.Equal(200, (await SetAsync("before")).Status);
        var hung = _faults.HoldAppends();
        var answers = new List<Reply> { await SetAsync("during0") };
        for (var since = System.Diagnostics.Stopwatch.StartNew(); since.Elapsed < TimeSpan.FromSeconds(10); await Task.Delay(200))
        {
            answers.Add(await SetAsync($"during{answers.Count}"));
        }

        var rest = await _platform.Rest(HttpMethod.Post, $"/v1/tenants/{_tenant.Slug}/keys", new { name = "during", roles = new[] { "user" } });
        hung.Dispose();
        await Wire.Until(() => SetAsync("after"), 200, Wire.Patience);

        Assert.All(answers, answer => Assert.Equal((503, 50301), (answer.Status, answer.Code)));
        Assert.Equal(503, rest.Status);
        Assert.Equal(200, (await _tenant.Read("memory://before")).Status);
        Assert.Equal(-32602, (await _tenant.Read("memory://during0")).Code);
        Assert.False((await _platform.Rest(HttpMethod.Post, $"/v1/tenants/{_tenant.Slug}/audit-events:verify")).Json.TryGetProperty("firstBad", out _));
        Assert.DoesNotContain(await _tenant.McpEvents(), entry => Outcome(entry) == "unfinished");
    }

    [Fact]
    public async Task A_process_that_is_killed_between_a_change_and_its_outcome_leaves_a_request_that_is_reported()
    {
        using var held = _faults.HoldAppends(intentsPass: true);
        var set = SetAsync("orphan");
        await held.Reached;
        await using var next = await _platform.StartOnRemainsAsync();
        var tenant = _tenant with { Platform = next };

        var orphan = await UntilAsync(tenant, entry => Outcome(entry) == "unfinished");

        Assert.Equal(200, (await tenant.Read("memory://orphan")).Status);
        Assert.Equal(("tools/call", "memory_set", "toolExecution"), (Text(orphan, "action"), Text(orphan, "target"), Text(orphan, "class")));
        Assert.False((await next.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/audit-events:verify")).Json.TryGetProperty("firstBad", out _));
        held.Dispose();
        await set;
    }

    [Fact]
    public async Task A_change_over_REST_whose_outcome_was_lost_is_reported_in_the_trail_of_the_tenant_that_it_names()
    {
        using var held = _faults.HoldAppends(intentsPass: true);
        var issued = _platform.Rest(HttpMethod.Post, $"/v1/tenants/{_tenant.Slug}/keys", new { name = "orphan", roles = new[] { "user" } });
        await held.Reached;
        await using var next = await _platform.StartOnRemainsAsync();

        var orphan = (await Wire.Until(async () => await ListAsync(next) is var list && list.Json.GetProperty("items").GetArrayLength() == 0 ? list with { Status = 404 } : list, 200, Wire.Patience))
            .Json.GetProperty("items")[0].GetProperty("event");

        Assert.Equal(("keys/issue", "administration", $"/v1/tenants/{_tenant.Slug}/keys"), (Text(orphan, "action"), Text(orphan, "class"), Text(orphan, "target")));
        held.Dispose();
        await issued;

        Task<Reply> ListAsync(PlatformApplication platform) => platform.Rest(HttpMethod.Get, $"/v1/tenants/{_tenant.Slug}/audit-events?outcome=unfinished");
    }

    [Fact]
    public async Task What_was_finished_is_not_reported_by_the_next_process()
    {
        await SetAsync("kept");
        await _platform.Rest(HttpMethod.Post, $"/v1/tenants/{_tenant.Slug}/keys", new { name = "kept", roles = new[] { "user" } });
        Assert.True(_faults.Intents >= 2);
        await using var next = await _platform.StartOnRemainsAsync();
        var tenant = _tenant with { Platform = next };
        await tenant.CallTool();

        Assert.DoesNotContain(await tenant.McpEvents(), entry => Outcome(entry) == "unfinished");
    }

    [Fact]
    public async Task What_only_reads_has_no_intent()
    {
        var before = _faults.Intents;
        await _tenant.CallTool();
        await _tenant.Call("tools/list");
        await _tenant.CallTool("memory_get", new { key = "nothing" });
        await _platform.Rest(HttpMethod.Get, $"/v1/tenants/{_tenant.Slug}/keys");

        Assert.Equal(before, _faults.Intents);
    }

    [Fact]
    public async Task A_tenant_that_does_not_wait_for_outcomes_does_not_wait_for_intents()
    {
        await _platform.GivenTenant("quick", new { auditMode = "batched" });
        var (key, id) = await _platform.IssueKey("quick");
        var before = _faults.Intents;

        var set = await new TenantClient(_platform, "quick", key, id).CallTool("memory_set", new { key = "quick", value = "x" });

        Assert.Equal((200, before), (set.Status, _faults.Intents));
    }

    [Fact]
    public async Task Arguments_that_are_refused_have_no_intent()
    {
        var before = _faults.Intents;

        await _tenant.CallTool("memory_set", new { key = "no value" });
        await _tenant.CallTool("no_such_tool", new { });

        Assert.Equal(before, _faults.Intents);
    }

    private Task<Reply> SetAsync(string key) => _tenant.CallTool("memory_set", new { key, value = "x" });

    /// <summary>The event of a refused call, which may be stored a moment later, among many others that were refused.</summary>
    private async Task<JsonElement> Event(Reply reply)
    {
        var correlation = reply.Data.GetProperty("correlation").GetString();
        var found = await Wire.Until(async () => await _platform.Rest(HttpMethod.Get, $"/v1/tenants/{_tenant.Slug}/audit-events?correlation={correlation}") is var list && list.Status == 200 && list.Json.GetProperty("items").GetArrayLength() == 0 ? list with { Status = 404 } : list, 200, Wire.Patience);
        return found.Json.GetProperty("items")[0].GetProperty("event");
    }

    private static async Task<JsonElement> UntilAsync(TenantClient tenant, Func<JsonElement, bool> isMeant)
    {
        for (var since = System.Diagnostics.Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            var found = (await tenant.McpEvents()).Where(isMeant).ToList();
            if (found.Count > 0)
            {
                return Assert.Single(found);
            }

            Assert.True(since.Elapsed < TimeSpan.FromSeconds(30), "No such event within 30 s.");
        }
    }

    private static string? Outcome(JsonElement entry) => Text(entry, "outcome");

    private static string? Text(JsonElement entry, string member) => entry.GetProperty(member).GetString();
}
