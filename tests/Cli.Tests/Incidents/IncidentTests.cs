using Microsoft.AspNetCore.Http;
using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Incidents;

[Trait("Control", "IR-2")]
public sealed class IncidentTests : IAsyncLifetime
{
    private const string One = "/v1/tenants/acme/incidents/inc_1";
    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        await _user.SignInAsync(_server, "acme");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Fact]
    public async Task Containment_does_the_chosen_steps_and_tells_how_each_went()
    {
        _server.On($"POST {One}:contain", """{"complete":true,"steps":[{"step":"readOnly","outcome":"done"},{"step":"revokeKey","target":"abcd1234","outcome":"done"}],"incident":{"id":"inc_1"}}""");

        var ran = await _user.RunAsync("incident", "contain", "inc_1", "--read-only", "--revoke-key", "abcd1234", "--block", "svc_x", "--quarantine", "tool/echo/v2");

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Equal("""{"readOnly":true,"blockPrincipals":["svc_x"],"revokeKeys":["abcd1234"],"quarantine":[{"kind":"tool","name":"echo/v2"}]}""", _server.Seen.Single().Body);
        Assert.Contains("revokeKey  abcd1234", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_is_not_done_is_a_failure_in_every_format()
    {
        _server.On($"POST {One}:contain", """{"complete":false,"steps":[{"step":"suspendTenant","outcome":"failed","problem":"permission-denied"}],"incident":{"id":"inc_1"}}""");

        Assert.Equal(1, (await _user.RunAsync("incident", "contain", "inc_1")).Exit);
        Assert.Equal(1, (await _user.RunAsync("incident", "contain", "inc_1", "-o", "json")).Exit);
    }

    [Theory]
    [InlineData("echo")]
    [InlineData("resource/x")]
    [InlineData("tool/")]
    public async Task What_is_no_entry_of_a_catalogue_is_refused_here(string entry)
    {
        Assert.Equal(2, (await _user.RunAsync("incident", "contain", "inc_1", "--quarantine", entry)).Exit);
        Assert.Equal(2, (await _user.RunAsync("incident", "release", entry)).Exit);
        Assert.Empty(_server.Seen);
    }

    [Theory, Trait("Control", "IR-3")]
    [InlineData(200, 0)]
    [InlineData(403, 4)]
    public async Task Evidence_is_in_a_new_file_of_its_owner_or_there_is_none_and_is_asked_for_under_no_key(int status, int exit)
    {
        var file = Path.Combine(_user.Home, "evidence.zip");
        _server.On($"POST {One}:exportEvidence", http =>
        {
            http.Response.StatusCode = status;
            return http.Response.WriteAsync("PK");
        });

        Assert.Equal(exit, (await _user.RunAsync("incident", "export", "inc_1", file, "--from", "2026-11-28")).Exit);

        Assert.Equal(("""{"from":"2026-11-28"}""", null), (_server.Seen.Single().Body, _server.Seen.Single().Header("Idempotency-Key")));
        Assert.Equal(status == 200, File.Exists(file));
        Assert.True(status != 200 || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public async Task Lessons_come_from_a_file_and_leave_the_rest_as_it_was()
    {
        _server.On($"GET {One}", """{"id":"inc_1","title":"A key leaked","severity":"high","status":"recovered","owner":"usr_anna","startedAt":"2026-11-29T00:00:00Z","alerts":["alert_1"],"events":[],"version":4}""", tag: "\"4\"").On($"PUT {One}", "{}");

        var ran = await _user.FeedAsync("Scan logs for keys.\nRotate earlier.\n", "incident", "lessons", "inc_1", "-f", "-");

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Equal("\"4\"", _server.Seen.Last().Header("If-Match"));
        Assert.Equal("""{"lessons":"Scan logs for keys.\nRotate earlier.","title":"A key leaked","severity":"high","owner":"usr_anna","startedAt":"2026-11-29T00:00:00Z","alerts":["alert_1"],"events":[]}""", _server.Seen.Last().Body);
    }

    [Theory]
    [InlineData("""{"status":"suspended","readOnly":{"by":"usr_x"}}""", ":makeWritable", ":resume")]
    [InlineData("""{"status":"active","readOnly":{"by":"usr_x"}}""", ":makeWritable")]
    [InlineData("""{"status":"suspended"}""", ":resume")]
    [InlineData("""{"status":"active"}""")]
    public async Task Resuming_undoes_what_froze_the_tenant(string tenant, params string[] verbs)
    {
        _server.On("GET /v1/tenants/acme", tenant).On("POST /v1/tenants/acme:makeWritable", tenant).On("POST /v1/tenants/acme:resume", tenant);

        Assert.Equal(0, (await _user.RunAsync("incident", "resume")).Exit);

        Assert.Equal(verbs.Select(verb => $"/v1/tenants/acme{verb}"), _server.Seen.Where(asked => asked.Method == "POST").Select(asked => asked.Target));
    }

    [Fact, Trait("Control", "CF-3")]
    public async Task A_token_that_was_pasted_in_place_of_its_id_goes_nowhere()
    {
        var ran = await _user.RunAsync("token", "revoke", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln", "-t", "acme");

        Assert.Equal(2, ran.Exit);
        Assert.DoesNotContain("eyJ", ran.Output + ran.Error, StringComparison.Ordinal);
        Assert.Empty(_server.Seen);
    }
}
