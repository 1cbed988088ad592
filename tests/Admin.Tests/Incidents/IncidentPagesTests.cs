using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Platform.Admin.Tests.Incidents;

/// <summary>An incident is opened, contained, told and closed; nothing is done that was not confirmed by its name (IR-1, IR-2).</summary>
[Trait("Control", "IR-1")]
public sealed class IncidentPagesTests
{
    private const string One = "/tenants/acme/incidents/" + FakeIncidents.Id;

    [Theory]
    [InlineData("/tenants/acme/incidents")]
    [InlineData("/incidents")]
    public async Task Incidents_are_listed_with_how_bad_and_how_far(string path)
    {
        await using var console = await FilledAsync();
        var row = (await console.OpenAsync(path)).QuerySelector("tbody tr")!.TextContent;
        Assert.Contains("High", row, StringComparison.Ordinal);
        Assert.Contains("Detected", row, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-11-20T10:07:00Z", true)]
    [InlineData(null, false)]
    public async Task The_way_says_when_it_was_analysed_where_that_is_known(string? at, bool isTold)
    {
        await using var console = await FilledAsync(incidents => (incidents.Incident["status"], incidents.Incident["analysedAt"]) = ("contained", at));
        var step = (await console.OpenAsync(One)).QuerySelectorAll(".way li")[1];
        Assert.Equal(isTold, step.QuerySelector("time") is not null);
        Assert.Equal(!isTold, step.TextContent.Contains("passed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_alert_leads_to_an_incident_that_names_it()
    {
        await using var console = await FilledAsync();
        var rule = await console.OpenAsync("/tenants/acme/alerts/own");
        Assert.Contains(rule.QuerySelectorAll(".page-head a"), link => link.GetAttribute("href")!.StartsWith("/tenants/acme/incidents/new", StringComparison.Ordinal));
        var form = await console.OpenAsync("/tenants/acme/incidents/new?alert=alert_2");
        Assert.True(form.QuerySelector<IHtmlInputElement>("input[name=alerts][value=alert_2]")!.IsChecked);
        using var response = await console.SubmitAsync(form, "/tenants/acme/incidents/new", "open-incident", ("alerts", FakeIncidents.Alert), ("severity", "critical"), ("startedAt", "2026-11-20T10:00"));
        Assert.Equal(One + "?done=opened", response.Headers.Location!.ToString());
        var sent = console.Management.Bodies[^1];
        Assert.Equal(FakeIncidents.Alert, (string?)sent["alerts"]![0]);
        Assert.Equal("critical", (string?)sent["severity"]);
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 10, 0, 0, TimeSpan.Zero), (DateTimeOffset)sent["startedAt"]!);
    }

    [Fact]
    public async Task What_REST_refuses_stands_at_its_field_and_what_was_written_stays()
    {
        await using var console = await FilledAsync();
        using var response = await console.SubmitAsync("/tenants/acme/incidents/new", "open-incident", ("title", ""), ("description", "two lines"), ("severity", "low"));
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("Say what happened.", page.QuerySelector("#f-title-error")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("two lines", page.QuerySelector("textarea[name=description]")!.TextContent);
    }

    [Fact]
    [Trait("Control", "IR-2")]
    public async Task Containment_is_done_when_it_was_read_by_name_and_confirmed()
    {
        await using var console = await FilledAsync();
        var asked = console.Management.Asked;
        using var review = await console.SubmitAsync(One + "/contain", "contain", ("steps", "readOnly"), ("steps", "revokeCredentials"), ("principals", "usr_p"), ("quarantine", "tool/echo"), ("intent", "review"));
        var page = await ConsoleApplication.ReadAsync(review);
        Assert.DoesNotContain(asked, line => line.EndsWith(":contain", StringComparison.Ordinal));
        Assert.Equal("Do this to Acme Robotics?", page.QuerySelector("h1")!.TextContent.Trim());
        var steps = page.QuerySelectorAll(".feed .strong").Select(step => step.TextContent).ToArray();
        Assert.Equal(["Make Acme Robotics read-only", "Block Paula (usr_p)", "Quarantine tool/echo", "Revoke every credential of Acme Robotics"], steps);

        using var done = await console.SubmitAsync(page, One + "/contain", "contain", ("intent", "do"));
        Assert.Equal(One + "?done=contained", done.Headers.Location!.ToString());
        var sent = console.Management.Bodies[^1];
        Assert.True((bool)sent["readOnly"]!);
        Assert.True((bool)sent["revokeCredentials"]!);
        Assert.False((bool)sent["suspendTenant"]!);
        Assert.Equal("usr_p", (string?)sent["blockPrincipals"]![0]);
        Assert.Equal("echo", (string?)sent["quarantine"]![0]!["name"]);
    }

    [Fact]
    [Trait("Control", "IR-2")]
    public async Task Nothing_chosen_or_an_entry_that_is_none_contains_nothing()
    {
        await using var console = await FilledAsync();
        using var nothing = await console.SubmitAsync(One + "/contain", "contain", ("intent", "do"));
        using var wrong = await console.SubmitAsync(One + "/contain", "contain", ("quarantine", "echo"), ("intent", "do"));
        Assert.Equal(HttpStatusCode.BadRequest, nothing.StatusCode);
        Assert.Contains("Write tool/ or prompt/", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(console.Management.Asked, line => line.EndsWith(":contain", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Control", "IR-2")]
    public async Task What_is_left_is_shown_and_done_by_one_button()
    {
        await using var console = await FilledAsync(incidents => incidents.Complete = false);
        var page = await console.OpenAsync(One);
        Assert.Contains("Left to do", page.Body!.TextContent, StringComparison.Ordinal);
        using var response = await console.SubmitAsync(page, One, "go-on");
        Assert.Equal(One + "?done=partly", response.Headers.Location!.ToString());
    }

    [Fact]
    public async Task An_edit_keeps_what_the_form_does_not_show_and_names_the_version_it_saw()
    {
        await using var console = await FilledAsync();
        using var response = await console.SubmitAsync(One + "/edit", "edit-incident", ("title", "better"), ("severity", "critical"), ("startedAt", "2026-11-20T10:00"), ("lessons", "one\r\ntwo"));
        var sent = console.Management.Bodies[^1];
        Assert.Equal("\"4\"", console.Management.Headers["If-Match"]);
        Assert.Equal(FakeIncidents.Alert, (string?)sent["alerts"]![0]);
        Assert.Single(sent["events"]!.AsArray());
        Assert.Equal("one\ntwo", (string?)sent["lessons"]);

        // To the minute the form is what was there: the seconds are kept.
        Assert.Equal(30, ((DateTimeOffset)sent["startedAt"]!).Second);
        Assert.Equal(One + "?done=saved", response.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Nothing_is_closed_without_lessons_and_from_detected_only_a_false_alarm()
    {
        await using var console = await FilledAsync();
        using var refused = await console.SubmitAsync(One + "/close", "close-incident", ("lessons", ""));
        Assert.Contains("Say what was learnt.", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var closed = await console.SubmitAsync(One + "/close", "close-incident", ("lessons", "a load test"));
        Assert.Equal(One + "?done=closed", closed.Headers.Location!.ToString());
        Assert.True((bool)console.Management.Bodies[^1]["falseAlarm"]!);
    }

    [Fact]
    public async Task Notes_go_into_the_timeline_with_the_time_they_happened()
    {
        await using var console = await FilledAsync();
        using var response = await console.SubmitAsync(One, "note", ("text", "told the vendor"), ("happenedAt", "2026-11-20T09:10"));
        Assert.Equal(One, response.Headers.Location!.ToString());
        Assert.Equal("told the vendor", (string?)console.Management.Bodies[^1]["text"]);
        using var wrong = await console.SubmitAsync(One, "note", ("text", "x"), ("happenedAt", "yesterday"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Fact]
    [Trait("Control", "IR-3")]
    public async Task Evidence_comes_as_a_file_to_who_has_the_forms_token()
    {
        await using var console = await FilledAsync();
        var token = (await console.OpenAsync(One)).QuerySelector<IHtmlInputElement>("form[data-download] input[type=hidden]")!;
        using var without = await console.PostAsync(One + "/evidence");
        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
        Assert.DoesNotContain(console.Management.Asked, line => line.Contains("exportEvidence", StringComparison.Ordinal));
        using var response = await console.PostAsync(One + "/evidence", KeyValuePair.Create(token.Name!, token.Value));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    [Trait("Control", "IR-2")]
    public async Task Where_two_operators_are_needed_it_says_who_is_still_missing()
    {
        await using var console = await FilledAsync();
        var tenant = console.Management.Tenants[0];
        (tenant["status"], tenant["resumeRequest"]) = ("suspended", new System.Text.Json.Nodes.JsonObject { ["by"] = "usr_ann", ["at"] = "2026-11-20T10:00:00Z", ["expiresAt"] = "2099-01-01T00:00:00Z" });
        var page = await console.OpenAsync(One);
        Assert.Contains("A second operator is still needed: anybody but usr_ann.", page.Body!.TextContent.Replace("\n", " ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_moved_on_as_it_was_seen_and_opened_again_with_a_reason()
    {
        FakeIncidents incidents = null!;
        await using var console = await FilledAsync(fake => incidents = fake);
        using var moved = await console.SubmitAsync(One, "advance-analysing");
        Assert.Equal(HttpStatusCode.SeeOther, moved.StatusCode);
        Assert.Equal("analysing", (string?)console.Management.Bodies[^1]["status"]);
        Assert.Equal("\"4\"", console.Management.Headers["If-Match"]);
        incidents.Incident["status"] = "closed";
        using var again = await console.SubmitAsync(One, "reopen", ("reason", "It came back"));
        Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
        Assert.Equal("It came back", (string?)console.Management.Bodies[^1]["reason"]);
    }

    private static async Task<ConsoleApplication> FilledAsync(Action<FakeIncidents>? prepare = null)
    {
        var console = await ConsoleApplication.SignedInAsync();
        var incidents = FakeIncidents.In(console.Management);
        prepare?.Invoke(incidents);
        FakeWatch.In(console.Management);
        console.Management.People.Principals.Add(FakePeople.Principal("usr_p", "Paula", "user"));
        return console;
    }
}
