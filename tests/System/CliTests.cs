namespace Platform.System.Tests;

/// <summary><c>platform</c> against the running product, as an operator and as a tenant's administrator use it.</summary>
[Collection(RunningPlatformCollection.Name)]
public sealed class CliTests(RunningPlatform platform)
{
    private const string Password = "correct horse battery staple";

    [Fact]
    public async Task An_operator_makes_a_tenant_gives_it_a_key_bounds_it_and_reads_what_came_of_it()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var cli = await OperatorAsync(cancel);
        var slug = NewSlug();

        await cli.DoAsync(cancel, "tenant", "create", slug, "--name", "Made by the tool");
        await cli.DoAsync(cancel, "tenant", "set", slug, "--name", "Renamed by the tool", "--burst", "50");
        var made = await cli.AskAsync(cancel, "tenant", "show", slug);
        Assert.Equal(("Renamed by the tool", 100, 50), (made["displayName"]!.GetValue<string>(), made["rateLimit"]!["permitsPerMinute"]!.GetValue<int>(), made["rateLimit"]!["burst"]!.GetValue<int>()));
        await cli.DoAsync(cancel, "role", "set", "caller", "-t", slug, "--allow", "tools:call");
        await cli.DoAsync(cancel, "role", "set", "caller", "-t", slug, "--allow", "tools:call", "--allow", "tools:read");
        await cli.DoAsync(cancel, "key", "create", "agent", "-t", slug, "--role", "caller", "--output-file", "agent.key");
        var secret = (await File.ReadAllTextAsync(Path.Combine(cli.Home, "agent.key"), cancel)).Trim();
        using var mcp = new RawMcp(platform.Home.Endpoint(slug), secret);
        var reply = await mcp.EchoAsync("from the tool", cancel);
        Assert.True(reply.Ok, reply.ToString());

        await File.WriteAllTextAsync(Path.Combine(cli.Home, "policy.yaml"), "tenant: { permitsPerMinute: 6000, burst: 1000 }\n", cancel);
        await cli.DoAsync(cancel, "limit", "set", "-t", slug, "-f", "policy.yaml");
        Assert.Equal(6000, (await cli.AskAsync(cancel, "limit", "show", "-t", slug))["policy"]!["tenant"]!["permitsPerMinute"]!.GetValue<int>());

        var key = Assert.Single((await cli.AskAsync(cancel, "key", "list", "-t", slug)).AsArray())!["id"]!.GetValue<string>();
        await cli.DoAsync(cancel, "key", "revoke", key, "-t", slug);
        Assert.Equal(401, (await mcp.EchoAsync("again", cancel)).Status);

        var events = (await cli.AskAsync(cancel, "audit", "list", "-t", slug)).AsArray().Select(item => item!["event"]!["action"]!.GetValue<string>()).ToList();
        Assert.Contains("tools/call", events);
        Assert.Contains("keys/revoke", events);
        Assert.DoesNotContain(secret, await platform.Management.RawAuditAsync(slug, cancel), StringComparison.Ordinal);

        Assert.Contains("###", await cli.DoAsync(cancel, "audit", "histogram", "-t", slug, "--action", "tools/call"), StringComparison.Ordinal);
        await cli.DoAsync(cancel, "audit", "export", "trail.zip", "-t", slug);
        Assert.Contains("records", await cli.DoAsync(cancel, "audit", "verify", "trail.zip"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tail_shows_what_was_missed_since_an_event_and_then_what_comes()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var cli = await OperatorAsync(cancel);
        var (slug, endpoint, key) = await platform.NewTenantAsync(cancel);
        using var mcp = new RawMcp(endpoint, key.Secret);
        var tail = cli.DoAsync(cancel, "audit", "tail", "-t", slug, "--after", "0", "--action", "tools/call", "--count", "2", "-o", "json");

        Assert.True((await mcp.EchoAsync("one", cancel)).Ok);
        Assert.True((await mcp.EchoAsync("two", cancel)).Ok);

        var lines = (await tail).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!["event"]!["action"]!.GetValue<string>());
        Assert.Equal(["tools/call", "tools/call"], lines);
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task A_tenants_administrator_signs_in_with_a_password_and_reaches_no_other_tenant()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var cli = await OperatorAsync(cancel);
        var (slug, other) = (NewSlug(), NewSlug());
        await cli.DoAsync(cancel, "tenant", "create", slug);
        await cli.DoAsync(cancel, "tenant", "create", other);
        await cli.DoAsync(cancel, "principal", "create", "anna", "-t", slug, "--role", "admin");
        await cli.DoAsync(cancel, "principal", "invite", "usr_anna", "-t", slug, "--output-file", "anna.invitation");
        using var anna = new CliTool();
        var url = platform.Home.Management.GetLeftPart(UriPartial.Authority);
        var accepted = await anna.FeedAsync(await File.ReadAllTextAsync(Path.Combine(cli.Home, "anna.invitation"), cancel) + Password + "\n", cancel, "accept-invitation", "--url", url, "-t", slug, "-u", "anna");
        Assert.True(accepted.Exit == 0, accepted.ToString());

        Assert.Equal(3, (await anna.FeedAsync("a wrong password\n", cancel, "login", "--url", url, "-t", slug, "-u", "anna")).Exit);
        var signedIn = await anna.FeedAsync(Password + "\n", cancel, "login", "--url", url, "-t", slug, "-u", "anna");

        Assert.True(signedIn.Exit == 0, signedIn.ToString());
        Assert.Equal("usr_anna", (await anna.AskAsync(cancel, "whoami"))["principal"]!.GetValue<string>());
        Assert.Contains("usr_anna", await anna.DoAsync(cancel, "principal", "list"), StringComparison.Ordinal);
        var stranger = await anna.RunAsync(cancel, "principal", "list", "-t", other);
        var nowhere = await anna.RunAsync(cancel, "principal", "list", "-t", NewSlug());
        Assert.Equal((5, nowhere.Error.Split("request", StringSplitOptions.None)[0]), (stranger.Exit, stranger.Error.Split("request", StringSplitOptions.None)[0]));
        Assert.Equal(4, (await anna.RunAsync(cancel, "tenant", "list")).Exit);
        Assert.Equal(4, (await anna.RunAsync(cancel, "tenant", "suspend", slug, "--confirm", slug)).Exit);
        Assert.Equal(4, (await anna.RunAsync(cancel, "key", "list", "--platform")).Exit);
        await anna.DoAsync(cancel, "logout");
        Assert.Equal(3, (await anna.RunAsync(cancel, "whoami")).Exit);
    }

    [Fact]
    public async Task The_doctor_finds_nothing_wrong_and_then_a_key_that_was_revoked()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var cli = await OperatorAsync(cancel);
        Assert.DoesNotContain(await FindingsAsync(cli, cancel), state => state == "failed");

        var (slug, _, _) = await platform.NewTenantAsync(cancel);
        await cli.DoAsync(cancel, "key", "create", "manager", "-t", slug, "--role", "admin", "--kind", "management", "--output-file", "manager.key");
        using var manager = new CliTool();
        await manager.SignInAsync(platform.Home.Management, await File.ReadAllTextAsync(Path.Combine(cli.Home, "manager.key"), cancel), cancel, "-t", slug);
        Assert.DoesNotContain(await FindingsAsync(manager, cancel), state => state == "failed");
        var id = (await manager.AskAsync(cancel, "whoami"))["key"]!.GetValue<string>();
        await cli.DoAsync(cancel, "key", "revoke", id, "-t", slug);

        var doctor = await manager.RunAsync(cancel, "doctor");

        Assert.Equal(1, doctor.Exit);
        Assert.Contains("platform login", doctor.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tenant_that_was_deleted_by_name_comes_back_as_it_was()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var cli = await OperatorAsync(cancel);
        var slug = NewSlug();
        await cli.DoAsync(cancel, "tenant", "create", slug);

        Assert.Equal(2, (await cli.RunAsync(cancel, "tenant", "delete", slug, "--confirm", "another")).Exit);
        var deleted = await cli.AskAsync(cancel, "tenant", "delete", slug, "--confirm", slug);
        Assert.Equal("waiting", (await cli.AskAsync(cancel, "operation", "show", deleted["operation"]!["id"]!.GetValue<string>()))["state"]!.GetValue<string>());
        await cli.DoAsync(cancel, "tenant", "restore", slug);

        Assert.Equal("active", (await cli.AskAsync(cancel, "tenant", "show", slug))["status"]!.GetValue<string>());
        var waited = await cli.RunAsync(cancel, "operation", "wait", deleted["operation"]!["id"]!.GetValue<string>());
        Assert.Equal(1, waited.Exit);
    }

    [Fact]
    public async Task A_tenant_is_watched_an_incident_contained_proved_and_closed_and_what_agents_read_is_kept()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var cli = await OperatorAsync(cancel);
        var slug = NewSlug();
        await cli.DoAsync(cancel, "tenant", "create", slug);

        await cli.DoAsync(cancel, "alert", "create", "slow", "-t", slug, "--signal", "latency_p95_milliseconds", "--threshold", "800");
        await cli.DoAsync(cancel, "alert", "update", "slow", "-t", slug, "--threshold", "700.5", "--description", "slow");
        await cli.DoAsync(cancel, "alert", "silence", "slow", "-t", slug, "--for", "30m", "--reason", "a test");
        var rule = await cli.AskAsync(cancel, "alert", "show", "slow", "-t", slug);
        Assert.Equal((700.5m, 60, "a test"), (rule["threshold"]!.GetValue<decimal>(), rule["windowSeconds"]!.GetValue<int>(), rule["silence"]!["reason"]!.GetValue<string>()));
        await cli.DoAsync(cancel, "alert", "backtest", "slow", "-t", slug, "--threshold", "10");
        await cli.DoAsync(cancel, "alert", "delete", "slow", "-t", slug);
        Assert.Equal(5, (await cli.RunAsync(cancel, "alert", "show", "slow", "-t", slug)).Exit);

        await cli.DoAsync(cancel, "webhook", "create", "https://hooks.example.com/x", "-t", slug, "--event", "alert.*", "--output-file", "hook.secret");
        var hook = Assert.Single((await cli.AskAsync(cancel, "webhook", "list", "-t", slug)).AsArray())!["id"]!.GetValue<string>();
        await cli.DoAsync(cancel, "webhook", "update", hook, "-t", slug, "--disabled", "true");
        await cli.DoAsync(cancel, "webhook", "rotate", hook, "-t", slug, "--output-file", "hook.next");
        await cli.DoAsync(cancel, "webhook", "delete", hook, "-t", slug);

        await File.WriteAllTextAsync(Path.Combine(cli.Home, "plan.txt"), "ship it", cancel);
        await cli.DoAsync(cancel, "resource", "put", "plan", "plan.txt", "-t", slug, "--ttl", "2h");
        Assert.Equal("ship it", await cli.DoAsync(cancel, "resource", "get", "plan", "-t", slug));
        await cli.DoAsync(cancel, "resource", "extend", "plan", "-t", slug, "--ttl", "1d");
        await cli.DoAsync(cancel, "file", "upload", "plan.txt", "public/the plan.txt", "-t", slug);
        Assert.Equal(6, (await cli.RunAsync(cancel, "file", "upload", "plan.txt", "public/the plan.txt", "-t", slug)).Exit);
        await cli.DoAsync(cancel, "file", "upload", "plan.txt", "public/the plan.txt", "-t", slug, "--replace");
        await cli.DoAsync(cancel, "file", "download", "public/the plan.txt", "-t", slug);
        Assert.Equal("ship it", await File.ReadAllTextAsync(Path.Combine(cli.Home, "the plan.txt"), cancel));
        Assert.Equal([1, 1], (await cli.AskAsync(cancel, "resource", "usage", "-t", slug)).AsArray().Select(row => row!["count"]!.GetValue<int>()));
        await cli.DoAsync(cancel, "host", "set", "docs.example.com", "-t", slug, "--path-prefix", "/v2");
        await cli.DoAsync(cancel, "host", "delete", "docs.example.com", "-t", slug);

        var incident = (await cli.AskAsync(cancel, "incident", "open", "A key leaked", "-t", slug, "--severity", "high"))["id"]!.GetValue<string>();
        await cli.DoAsync(cancel, "incident", "contain", incident, "-t", slug, "--read-only", "--quarantine", "tool/echo");
        Assert.NotEqual(0, (await cli.RunAsync(cancel, "file", "delete", "public/the plan.txt", "-t", slug)).Exit);
        await cli.DoAsync(cancel, "incident", "resume", "-t", slug);
        await cli.DoAsync(cancel, "incident", "release", "tool/echo", "-t", slug);
        await cli.DoAsync(cancel, "file", "delete", "public/the plan.txt", "-t", slug);
        Assert.Equal(0, (await cli.FeedAsync("Keys are not for logs.\n", cancel, "incident", "lessons", incident, "-t", slug, "-f", "-")).Exit);
        await cli.DoAsync(cancel, "incident", "close", incident, "-t", slug, "--false-alarm");
        await cli.DoAsync(cancel, "incident", "export", incident, "evidence.zip", "-t", slug);
        Assert.Contains($"Evidence of {incident}", await cli.DoAsync(cancel, "audit", "verify", "evidence.zip"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tenants_configuration_is_exported_changed_compared_applied_pruned_and_given_to_another_tenant()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var cli = await OperatorAsync(cancel);
        var (slug, other) = (NewSlug(), NewSlug());
        await cli.DoAsync(cancel, "tenant", "create", slug);
        await cli.DoAsync(cancel, "tenant", "create", other);
        var file = Path.Combine(cli.Home, "tenant.yaml");
        await File.WriteAllTextAsync(file, """
            roles:
              editor: { description: "Edits: all \U0001F600", allow: ["tools:read", "tools:call:echo"], inherits: [user] }
            alertRules:
              slow: { signal: latency_p95_milliseconds, threshold: 800.5, windowSeconds: 60, resolveBelow: 500, resolveAfterWindows: 2, enabled: true }
            members:
              grp_dev: { roles: [editor] }
              svc_ci: { displayName: CI, roles: [editor], groups: [grp_dev] }
            """, cancel);

        var planned = await cli.RunAsync(cancel, "apply", "-t", slug, "-f", "tenant.yaml", "--dry-run");
        Assert.True(planned.Exit == 9, planned.ToString());
        Assert.Contains("+ role editor", planned.Output, StringComparison.Ordinal);
        Assert.Contains("+ member svc_ci", await cli.DoAsync(cancel, "apply", "-t", slug, "-f", "tenant.yaml"), StringComparison.Ordinal);

        var exported = await cli.DoAsync(cancel, "export", "-t", slug);
        await File.WriteAllTextAsync(file, exported, cancel);
        Assert.Equal("", await cli.DoAsync(cancel, "apply", "-t", slug, "-f", "tenant.yaml", "--dry-run"));
        Assert.Equal("", await cli.DoAsync(cancel, "apply", "-t", slug, "-f", "tenant.yaml", "--dry-run", "--prune"));

        await cli.DoAsync(cancel, "role", "set", "stray", "-t", slug, "--allow", "tools:read");
        var unnamed = await cli.RunAsync(cancel, "apply", "-t", slug, "-f", "tenant.yaml", "--prune");
        Assert.True(unnamed.Exit == 2, unnamed.ToString());
        Assert.Contains("- role stray", unnamed.Error, StringComparison.Ordinal);
        await cli.DoAsync(cancel, "role", "show", "stray", "-t", slug);
        Assert.Contains("- role stray", await cli.DoAsync(cancel, "apply", "-t", slug, "-f", "tenant.yaml", "--prune", "--confirm", slug), StringComparison.Ordinal);
        Assert.Equal(5, (await cli.RunAsync(cancel, "role", "show", "stray", "-t", slug)).Exit);

        await cli.DoAsync(cancel, "apply", "-t", other, "-f", "tenant.yaml");
        Assert.Equal(exported.Replace(slug, other, StringComparison.Ordinal), await cli.DoAsync(cancel, "export", "-t", other));

        await File.WriteAllTextAsync(file, "roles: { editor: { allow: [\"no permission\"] } }", cancel);
        var wrong = await cli.RunAsync(cancel, "apply", "-t", slug, "-f", "tenant.yaml");
        Assert.Equal(1, wrong.Exit);
        Assert.Contains("roles.editor.allow", wrong.Error, StringComparison.Ordinal);
    }

    private static string NewSlug() => $"t-{Guid.NewGuid().ToString("N")[..12]}";

    private static async Task<IReadOnlyList<string>> FindingsAsync(CliTool cli, CancellationToken cancel) =>
        [.. (await cli.AskAsync(cancel, "doctor")).AsArray().Select(finding => finding!["state"]!.GetValue<string>())];

    private async Task<CliTool> OperatorAsync(CancellationToken cancel)
    {
        var cli = new CliTool();
        await cli.SignInAsync(platform.Home.Management, (await platform.Home.BootAsync(cancel)).AdminKey, cancel);
        return cli;
    }
}
