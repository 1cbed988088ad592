using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Configurations;

public sealed class ApplyTests : IAsyncLifetime
{
    private const string Config = "/v1/tenants/acme/config";
    private const string Planned = """
        {"dryRun":true,"created":1,"updated":2,"deleted":0,"unchanged":1,"failed":0,"changes":[
          {"kind":"role","name":"editor","action":"create","outcome":"planned","fields":{"allow":{"after":["tools:read"]},"description":{"after":"Edits"}}},
          {"kind":"role","name":"caller","action":"update","outcome":"planned","fields":{"allow":{"before":["tools:read","tools:call"],"after":["tools:read","resources:read"]}}},
          {"kind":"alert-rule","name":"slow","action":"update","outcome":"planned","fields":{"threshold":{"before":800,"after":700.5},"minimumSample":{"before":5},"enabled":{"before":false,"after":true}}},
          {"kind":"guest-access","action":"unchanged","outcome":"unchanged","fields":{}}]}
        """;

    private const string Pruning = """
        {"changes":[
          {"kind":"role","name":"old","action":"delete","outcome":"planned","fields":{"allow":{"before":["tools:read"]}}},
          {"kind":"member","name":"svc_ci","action":"update","outcome":"planned","fields":{"roles":{"before":["old"],"after":[]}}},
          {"kind":"member","name":"usr_anna","action":"update","outcome":"planned","fields":{"roles":{"before":[],"after":["user"]}}}]}
        """;

    private readonly CliUser _user = new();
    private readonly Queue<string> _answers = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        await _user.SignInAsync(_server, "acme");
        _server.On($"GET {Config}", "{}", tag: "\"v1\"").On($"PUT {Config}", http =>
        {
            http.Response.ContentType = "application/json";
            return http.Response.WriteAsync(_answers.Dequeue());
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Fact]
    public async Task A_dry_run_tells_each_difference_changes_nothing_and_says_so_by_its_exit_code()
    {
        _answers.Enqueue(Planned);
        var file = _user.FileOf("acme.yaml", "roles:\n  editor: { allow: ['tools:read'], description: Edits }\n");

        var ran = await _user.RunAsync("apply", "-f", file, "--dry-run");

        Assert.True(ran.Exit == 9, ran.Error);
        Assert.Equal("""
            + role editor
                allow: ["tools:read"]
                description: "Edits"
            ~ role caller
                allow:
                  - "tools:call"
                  + "resources:read"
            ~ alert-rule slow
                threshold: 800 -> 700.5
                minimumSample: 5 -> (none)
                enabled: false -> true

            """, ran.Output);
        Assert.Contains("nothing changed yet: to create 1, to update 2, to delete 0, unchanged 1", ran.Error, StringComparison.Ordinal);
        var asked = _server.Seen.Last();
        Assert.Equal(("PUT", $"{Config}?dryRun=true&prune=false", "\"v1\""), (asked.Method, asked.Target, asked.Header("If-Match")));
        Assert.Equal("""{"roles":{"editor":{"allow":["tools:read"],"description":"Edits"}}}""", asked.Body);
        Assert.Equal(2, _server.Seen.Count);
    }

    [Theory]
    [InlineData]
    [InlineData("--dry-run")]
    public async Task Where_there_is_nothing_to_do_that_is_done(params string[] more)
    {
        _answers.Enqueue("""{"changes":[{"kind":"guest-access","action":"unchanged","outcome":"unchanged","fields":{}}]}""");

        var ran = await _user.FeedAsync("guestAccess: { enabled: false }", ["apply", "-f", "-", .. more]);

        Assert.Equal((0, ""), (ran.Exit, ran.Output));
        Assert.Contains("Nothing to do", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_applied_is_told_and_in_json_all_of_the_answer()
    {
        var applied = Planned.Replace("planned", "applied", StringComparison.Ordinal);
        _answers.Enqueue(applied);
        _answers.Enqueue(applied);

        var ran = await _user.FeedAsync("roles: {}", "apply", "-f", "-");
        Assert.Equal((0, $"{Config}?dryRun=false&prune=false"), (ran.Exit, _server.Seen.Last().Target));
        Assert.Contains("+ role editor", ran.Output, StringComparison.Ordinal);
        Assert.Contains("created 1, updated 2, deleted 0, unchanged 1, failed 0", ran.Error, StringComparison.Ordinal);

        var json = await _user.FeedAsync("roles: {}", "apply", "-f", "-", "-o", "json");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(applied), JsonNode.Parse(json.Output)));
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("planned")]
    [InlineData("?")]
    public async Task A_change_that_was_not_made_fails_the_command_and_is_told_with_its_reason(string outcome)
    {
        _answers.Enqueue("""
            {"failed":0,"changes":[
              {"kind":"role","name":"a","action":"create","outcome":"applied","fields":{}},
              {"kind":"role","name":"b","action":"create","outcome":"OUTCOME","fields":{},"problem":{"title":"Refused","detail":"You do not hold it.","code":"not-yours","errors":{"allow":["Too much."]}}}]}
            """.Replace("OUTCOME", outcome, StringComparison.Ordinal));

        var ran = await _user.FeedAsync("roles: {}", "apply", "-f", "-");

        Assert.Equal(1, ran.Exit);
        Assert.Equal("+ role a\n+ role b\n    not done, not-yours: \"You do not hold it.\"\n      allow: [\"Too much.\"]\n", ran.Output);
        Assert.Contains("created 1, updated 0, deleted 0, unchanged 0, failed 1", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pruning_takes_nothing_away_before_the_tenant_is_named()
    {
        string[] line = ["apply", "-f", _user.FileOf("acme.yaml", "members: { usr_anna: { roles: [user] } }\nroles: {}\n"), "--prune"];
        foreach (var confirm in (string[][])[[], ["--confirm", "other"], ["--confirm", "ACME"]])
        {
            _answers.Enqueue(Pruning);
            var ran = await _user.RunAsync([.. line, .. confirm]);

            Assert.Equal((2, ""), (ran.Exit, ran.Output));
            Assert.Contains("- role old", ran.Error, StringComparison.Ordinal);
            Assert.Contains("~ member svc_ci", ran.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("usr_anna", ran.Error, StringComparison.Ordinal);
            Assert.Equal($"{Config}?dryRun=true&prune=true", _server.Seen.Last().Target);
        }

        Assert.DoesNotContain(_server.Seen, asked => asked.Target.Contains("dryRun=false", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_confirmed_is_what_is_applied(bool isPerson)
    {
        _answers.Enqueue(Pruning);
        _answers.Enqueue(Pruning.Replace("planned", "applied", StringComparison.Ordinal));
        _user.IsPerson = isPerson;
        string[] line = ["apply", "-f", _user.FileOf("acme.yaml", "roles: {}\nmembers: { usr_anna: { roles: [user] } }\n"), "--prune"];

        var ran = await _user.FeedAsync("acme\n", isPerson ? line : [.. line, "--confirm", "acme"]);

        Assert.True(ran.Exit == 0, ran.Error);
        var sent = _server.Seen.Where(asked => asked.Method == "PUT").ToList();
        Assert.Equal([$"{Config}?dryRun=true&prune=true", $"{Config}?dryRun=false&prune=true"], sent.Select(asked => asked.Target));
        Assert.All(sent, asked => Assert.Equal("\"v1\"", asked.Header("If-Match")));
        Assert.Equal(sent[0].Body, sent[1].Body);
    }

    [Fact]
    public async Task Pruning_that_takes_nothing_away_asks_nothing()
    {
        _answers.Enqueue(Planned);
        _answers.Enqueue(Planned.Replace("planned", "applied", StringComparison.Ordinal));

        Assert.Equal(0, (await _user.FeedAsync("roles: {}", "apply", "-f", "-", "--prune")).Exit);
    }

    [Fact]
    public async Task What_somebody_else_changed_meanwhile_and_what_the_server_finds_wrong_is_told()
    {
        _server.Refuses($"PUT {Config}", 412, "precondition-failed");
        Assert.Equal(6, (await _user.FeedAsync("roles: {}", "apply", "-f", "-")).Exit);

        _server.On($"PUT {Config}", """{"title":"Bad","code":"invalid-params","errors":{"roles.editor.allow":["No permission."]}}""", status: 400);
        var ran = await _user.FeedAsync("roles: {}", "apply", "-f", "-");
        Assert.Equal(1, ran.Exit);
        Assert.Contains("roles.editor.allow: No permission.", ran.Error, StringComparison.Ordinal);

        _server.Refuses($"GET {Config}", 403, "not-permitted");
        Assert.Equal(4, (await _user.FeedAsync("roles: {}", "apply", "-f", "-")).Exit);
    }

    [Theory]
    [InlineData("{\n\t\"roles\": {\n\t\t\"a\": {\"allow\": [], \"description\": \"\\ud83d\\ude00 \\/\"}\n\t}\n}")]
    [InlineData("\uFEFFroles:\n  a:\n    allow: []\n    description: \"\\U0001F600 /\"\n")]
    [InlineData("roles:\r\n  a: {allow: [], description: \U0001F600 /}\r\n")]
    public async Task Files_are_json_or_yaml_as_editors_write_them(string text)
    {
        _answers.Enqueue("""{"changes":[]}""");

        var ran = await _user.RunAsync("apply", "-f", _user.FileOf("acme", text));

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"roles":{"a":{"allow":[],"description":"😀 /"}}}"""), _server.Seen.Last().Json), _server.Seen.Last().Body);
    }

    [Theory, Trait("Control", "IN-6")]
    [InlineData("a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nroles: *c")]
    [InlineData("roles: !!python/object/apply:os.system ['true']")]
    [InlineData("!<tag:x> roles: {}")]
    [InlineData("roles: {}\nroles: {}")]
    [InlineData("""{"roles":{},"roles":{}}""")]
    [InlineData("""{"roles":{"a":{"description":"\ud800"}}}""")]
    [InlineData("roles: {}\n---\nmembers: {}")]
    [InlineData("roles:\n")]
    [InlineData("""{"members":null}""")]
    [InlineData("- roles")]
    [InlineData("roles")]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("%YAML 9.9\n---\nroles: {}")]
    [InlineData("roles: {\u001b]0;x\u0007")]
    public async Task A_hostile_or_broken_file_is_refused_before_anybody_is_asked(string text)
    {
        var ran = await _user.RunAsync("apply", "-f", _user.FileOf("acme.yaml", text), "--prune", "--confirm", "acme");

        Assert.Equal(2, ran.Exit);
        Assert.DoesNotContain('\u001b', ran.Error);
        Assert.Empty(_server.Seen);
    }

    [Theory, Trait("Control", "IN-6")]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("a: &a\n")]
    [InlineData("# \n")]
    [InlineData("\"")]
    [InlineData("'")]
    [InlineData("a")]
    [InlineData("{\"a\":")]
    public async Task A_file_that_is_huge_or_deep_is_refused_too(string piece)
    {
        foreach (var length in (int[])[900_000, 1024 * 1024 + 1])
        {
            var text = string.Concat(Enumerable.Repeat(piece, length / piece.Length + 1));
            Assert.Equal(2, (await _user.RunAsync("apply", "-f", _user.FileOf("acme.yaml", text))).Exit);
        }

        Assert.Empty(_server.Seen);
    }

    [Fact]
    public async Task What_is_no_file_of_text_is_refused()
    {
        var bytes = Path.Combine(_user.Home, "bytes");
        await File.WriteAllBytesAsync(bytes, [(byte)'a', (byte)':', 0xC3, 0x28], TestContext.Current.CancellationToken);
        foreach (var file in (string[])[bytes, _user.Home, Path.Combine(_user.Home, "none"), ""])
        {
            Assert.Equal(2, (await _user.RunAsync("apply", "-f", file)).Exit);
        }

        Assert.Empty(_server.Seen);
    }

    [Fact, Trait("Control", "IN-6")]
    public async Task Words_of_strangers_in_the_differences_are_no_lines_and_no_commands()
    {
        const string evil = "x\\n+ role admin\\r\\u001b[2J\\u202e\\u0085";
        _answers.Enqueue("""
            {"changes":[
              {"kind":"EVIL","name":"EVIL","action":"update","outcome":"failed","problem":{"title":"t","detail":"EVIL","code":"EVIL","errors":{"EVIL":["EVIL"]}},
               "fields":{"EVIL":{"before":"EVIL","after":["EVIL"]},"list":{"before":["EVIL"],"after":[]}}},
              {"kind":"role","name":"plain\" and - role x","action":"destroy","outcome":"planned","fields":{"long":{"before":"LONGb","after":"LONGa"}}}]}
            """.Replace("EVIL", evil, StringComparison.Ordinal).Replace("LONG", new string('l', 5_000), StringComparison.Ordinal));

        var ran = await _user.FeedAsync("roles: {}", "apply", "-f", "-", "--dry-run");

        Assert.Equal(9, ran.Exit);
        Assert.DoesNotContain((ran.Output + ran.Error).EnumerateRunes(), letter => letter.Value != '\n' && !Terminals.PlainText.IsHarmless(letter));
        Assert.DoesNotContain("\n+ role admin", ran.Output, StringComparison.Ordinal);
        Assert.Contains("\n? role \"plain' and - role x\"\n", ran.Output, StringComparison.Ordinal);
        Assert.Contains("4503 more characters", ran.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"changes":{}}""")]
    [InlineData("""{"changes":[1]}""")]
    [InlineData("""{"changes":[null]}""")]
    [InlineData("""{"changes":[{"kind":"role","name":"\udc00"}]}""")]
    [InlineData("")]
    public async Task An_answer_of_another_form_is_no_success(string answer)
    {
        _answers.Enqueue(answer);
        _answers.Enqueue(answer);

        Assert.Equal(1, (await _user.FeedAsync("roles: {}", "apply", "-f", "-")).Exit);
        Assert.Equal(1, (await _user.FeedAsync("roles: {}", "apply", "-f", "-", "--prune", "--confirm", "acme")).Exit);
        Assert.EndsWith("dryRun=true&prune=true", _server.Seen.Last().Target, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"changes":[{}]}""")]
    [InlineData("""{"changes":[{"kind":{},"name":[],"action":1,"outcome":null,"fields":[],"problem":"x"}]}""")]
    [InlineData("""{"changes":[{"kind":"role","name":"a","action":"update","outcome":"failed","fields":{"a":1,"b":null,"c":{"before":{"x":[1]}}},"problem":{"errors":[]}}]}""")]
    public async Task A_change_of_another_form_is_told_and_is_not_done(string answer)
    {
        _answers.Enqueue(answer);

        var ran = await _user.FeedAsync("roles: {}", "apply", "-f", "-");

        Assert.Equal(1, ran.Exit);
        Assert.NotEqual("", ran.Output);
    }
}
