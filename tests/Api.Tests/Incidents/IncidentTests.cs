using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Incidents;

/// <summary>Incidents on record, from the opening to what was learnt (IR-1).</summary>
[Trait("Control", "IR-1")]
public sealed class IncidentTests(Product product) : IAsyncLifetime
{
    private TenantClient _tenant = null!;

    public async ValueTask InitializeAsync() => _tenant = await product.GivenTenant();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_incident_goes_from_its_opening_to_its_end_and_each_step_is_audited()
    {
        var opened = await _tenant.Rest(HttpMethod.Post, "incidents", new { title = "Somebody is in", severity = "high", description = "A key in a log." });
        Assert.Equal((201, "detected", "high", "\"1\""), (opened.Status, Text(opened, "status"), Text(opened, "severity"), opened.Header("ETag")));
        var id = Text(opened, "id");
        Assert.Equal($"/v1/tenants/{_tenant.Slug}/incidents/{id}", opened.Header("Location"));

        foreach (var status in (string[])["analysing", "contained", "eradicated", "recovered"])
        {
            Assert.Equal((200, status), await Act(id, "advance", new { status, note = "because" }) is var reply ? (reply.Status, Text(reply, "status")) : default);
        }

        var early = await Act(id, "close", new { });
        Assert.Equal((400, true), (early.Status, early.Json.GetProperty("errors").TryGetProperty("lessons", out _)));
        var closed = await Act(id, "close", new { lessons = "Scan the logs." });
        Assert.Equal((200, "closed", "Scan the logs."), (closed.Status, Text(closed, "status"), Text(closed, "lessons")));
        Assert.Equal(409, (await Act(id, "advance", new { status = "analysing" })).Status);
        Assert.Equal(409, (await Act(id, "timeline", new { text = "late" }, '/')).Status);
        Assert.Equal((200, "analysing"), await Act(id, "reopen", new { reason = "again" }) is var again ? (again.Status, Text(again, "status")) : default);

        var actions = (await product.Platform.AuditEvents(_tenant.Slug, 50)).Where(entry => entry.GetProperty("target").GetString() == $"{_tenant.Slug}/{id}").Select(entry => entry.GetProperty("action").GetString()).ToArray();
        Assert.Equal((1, 5, 2, 1), (actions.Count(Is("incidents/open")), actions.Count(Is("incidents/advance")), actions.Count(Is("incidents/close")), actions.Count(Is("incidents/reopen"))));
    }

    [Fact]
    public async Task What_is_said_of_an_incident_is_changed_as_it_was_read_and_no_other_way()
    {
        var id = await Open();
        var body = new { title = "Renamed", severity = "critical", owner = "usr_ann", startedAt = "2026-01-01T00:00:00Z" };

        Assert.Equal(428, (await Put(id, body, null)).Status);
        var edited = await Put(id, body, "\"1\"");
        Assert.Equal((200, "Renamed", "critical", "\"2\""), (edited.Status, Text(edited, "title"), Text(edited, "severity"), edited.Header("ETag")));
        Assert.Equal(412, (await Put(id, body, "\"1\"")).Status);
        var stale = new HttpRequestMessage(HttpMethod.Post, new Uri(product.Platform.ManagementUrl, $"/v1/tenants/{_tenant.Slug}/incidents/{id}:advance"))
        {
            Content = new StringContent("""{"status":"analysing"}""", System.Text.Encoding.UTF8, "application/json"),
            Headers = { { "Authorization", $"Bearer {product.Platform.AdminKey}" }, { "If-Match", "\"1\"" } },
        };
        Assert.Equal(412, (await product.Platform.Send(stale)).Status);
    }

    [Fact]
    public async Task Incidents_are_listed_newest_first_by_pages_and_by_status_and_severity()
    {
        var (first, second, third) = (await Open("first", "low"), await Open("second"), await Open("third"));
        await Act(third, "close", new { falseAlarm = true, lessons = "A test." });

        var page = await List("?pageSize=2");
        Assert.Equal([third, second], Ids(page));
        Assert.Equal([first], Ids(await List($"?pageSize=2&pageToken={page.Json.GetProperty("nextPageToken").GetString()}")));
        Assert.Equal([second, first], Ids(await List("?status=open")));
        Assert.Equal([third], Ids(await List("?status=closed")));
        Assert.Equal([first], Ids(await List("?severity=low")));
        Assert.Equal((400, 400, 400), ((await List("?status=over")).Status, (await List("?severity=awful")).Status, (await List("?pageToken=YQ")).Status));
    }

    [Fact]
    public async Task A_timeline_is_read_by_pages_oldest_first()
    {
        var id = await Open();
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(200, (await Act(id, "timeline", new { text = $"note {i}" }, '/')).Status);
        }

        var page = await Timeline(id, "?pageSize=2");
        Assert.Equal(["Opened as detected.", "note 0"], Texts(page));
        Assert.Equal(["note 1", "note 2"], Texts(await Timeline(id, $"?pageSize=2&pageToken={page.Json.GetProperty("nextPageToken").GetString()}")));
        Assert.Equal(400, (await Act(id, "timeline", new { text = "x", happenedAt = "2999-01-01T00:00:00Z" }, '/')).Status);
        Assert.Equal(400, (await Act(id, "timeline", new { text = "bell \u0007" }, '/')).Status);
    }

    [Fact]
    public async Task An_alert_opens_an_incident_and_another_tenants_alert_does_not()
    {
        var other = await product.GivenTenant();
        for (var i = 0; i < 10; i++)
        {
            await _tenant.With(KeyForge.OtherSecret(_tenant.Key)).CallTool();
        }

        var alert = await Alert();
        var opened = await _tenant.Rest(HttpMethod.Post, "incidents", new { alerts = new[] { alert } });

        Assert.Equal((201, "Alert auth-failures", "medium"), (opened.Status, Text(opened, "title"), Text(opened, "severity")));
        var foreign = await other.Rest(HttpMethod.Post, "incidents", new { title = "x", alerts = new[] { alert } });
        Assert.Equal((400, true), (foreign.Status, foreign.Json.GetProperty("errors").TryGetProperty("alerts", out _)));
        Assert.Equal(400, (await other.Rest(HttpMethod.Post, "incidents", new { })).Status);
    }

    [Fact]
    public async Task What_is_done_to_the_tenant_is_in_the_timeline_by_itself_and_refusals_when_the_incident_is_named()
    {
        var (id, other) = (await Open(), await Open());
        var spared = await Open(await product.GivenTenant());
        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{_tenant.Slug}:suspend", new { });
        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{_tenant.Slug}:resume");
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Post, $"principals/usr_nobody:block?incident={id}", new { })).Status);
        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Post, $"keys/{_tenant.KeyId}:revoke?incident={id}")).Status);

        Assert.Equal(["tenants/suspend ok", "tenants/resume ok", "principals/block not-found", "keys/revoke ok"], Actions(await Timeline(id)));
        Assert.Equal(["tenants/suspend ok", "tenants/resume ok"], Actions(await Timeline(other)));
        Assert.Empty(Actions(await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{spared.Slug}/incidents/{spared.Id}/timeline")));
    }

    [Fact]
    public async Task An_operator_gathers_what_is_done_to_tenants_in_an_incident_of_the_platform()
    {
        var opened = await product.Platform.Rest(HttpMethod.Post, "/v1/platform/incidents", new { title = "Two tenants" });
        var id = Text(opened, "id");

        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{_tenant.Slug}:makeReadOnly?incident={id}", new { })).Status);

        Assert.Equal(["tenants/make-read-only ok"], Actions(await product.Platform.Rest(HttpMethod.Get, $"/v1/platform/incidents/{id}/timeline")));
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, $"incidents/{id}")).Status);
    }

    [Fact]
    public async Task An_action_for_an_incident_that_is_not_there_or_another_tenants_or_the_platforms_or_closed_is_not_done()
    {
        var foreign = await Open(await product.GivenTenant());
        var own = await Open();
        await Act(own, "close", new { falseAlarm = true, lessons = "A test." });
        var platforms = Text(await product.Platform.Rest(HttpMethod.Post, "/v1/platform/incidents", new { title = "Ours" }), "id");
        var manager = (await _tenant.Rest(HttpMethod.Post, "keys", new { name = "manager", roles = new[] { "admin" }, kind = "management" })).Json.GetProperty("secret").GetString()!;

        Assert.Equal(400, (await _tenant.Rest(HttpMethod.Post, $"keys/{_tenant.KeyId}:revoke?incident={foreign.Id}")).Status);
        Assert.Equal(400, (await _tenant.Rest(HttpMethod.Post, $"keys/{_tenant.KeyId}:revoke?incident=inc_x")).Status);
        Assert.Equal(400, (await _tenant.Rest(HttpMethod.Post, $"quarantine?incident={platforms}", new { kind = "tool", name = "echo" }, manager)).Status);
        Assert.Equal(409, (await _tenant.Rest(HttpMethod.Post, $"keys/{_tenant.KeyId}:revoke?incident={own}")).Status);

        Assert.Equal(200, (await _tenant.CallTool()).Status);
    }

    [Fact]
    public async Task Another_tenants_incident_answers_as_one_that_does_not_exist()
    {
        var foreign = await Open(await product.GivenTenant());
        var nobody = $"inc_{Guid.NewGuid():N}";

        foreach (var (method, tail) in new[] { (HttpMethod.Get, ""), (HttpMethod.Get, "/timeline"), (HttpMethod.Post, ":exportEvidence"), (HttpMethod.Post, ":contain") })
        {
            var body = method == HttpMethod.Post ? new { } : null;
            var (theirs, unknown) = (await _tenant.Rest(method, $"incidents/{foreign.Id}{tail}", body), await _tenant.Rest(method, $"incidents/{nobody}{tail}", body));
            Assert.Equal((404, unknown.TextWithoutIds), (theirs.Status, theirs.TextWithoutIds));
        }
    }

    private static Func<string?, bool> Is(string action) => known => known == action;

    private static string Text(Reply reply, string member) => reply.Json.GetProperty(member).GetString()!;

    private static IEnumerable<string?> Texts(Reply reply) => reply.Items().Select(entry => entry.GetProperty("text").GetString());

    private static IEnumerable<string?> Ids(Reply reply) => reply.Items().Select(entry => entry.GetProperty("id").GetString());

    private static IEnumerable<string> Actions(Reply reply) =>
        reply.Items().Where(entry => entry.TryGetProperty("action", out _)).Select(entry => $"{entry.GetProperty("action").GetString()} {entry.GetProperty("outcome").GetString()}");

    private async Task<string> Open(string title = "Somebody is in", string severity = "high") => Text(await _tenant.Rest(HttpMethod.Post, "incidents", new { title, severity }), "id");

    private static async Task<(string Slug, string Id)> Open(TenantClient tenant) => (tenant.Slug, Text(await tenant.Rest(HttpMethod.Post, "incidents", new { title = "Theirs" }), "id"));

    private Task<Reply> Act(string id, string action, object body, char before = ':') => _tenant.Rest(HttpMethod.Post, $"incidents/{id}{before}{action}", body);

    private Task<Reply> List(string query) => _tenant.Rest(HttpMethod.Get, $"incidents{query}");

    private Task<Reply> Timeline(string id, string query = "") => _tenant.Rest(HttpMethod.Get, $"incidents/{id}/timeline{query}");

    private async Task<Reply> Put(string id, object body, string? match)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, new Uri(product.Platform.ManagementUrl, $"/v1/tenants/{_tenant.Slug}/incidents/{id}"))
        {
            Content = new StringContent(JsonSerializer.Serialize(body), System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {product.Platform.AdminKey}");
        request.Headers.TryAddWithoutValidation("If-Match", match is null ? [] : [match]);
        return await product.Platform.Send(request);
    }

    private async Task<string> Alert()
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var alerts = await _tenant.Rest(HttpMethod.Get, "alerts?state=firing");
            if (alerts.Items() is [var alert, ..])
            {
                return alert.GetProperty("id").GetString()!;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "No alert fired.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
