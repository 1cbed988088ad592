using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;

namespace Platform.System.Tests;

/// <summary>Secrets are in the vault and with whom they belong to, and nowhere else that the product leaves a trace.</summary>
public sealed class SecretsTests
{
    [Fact, Trait("Control", "AU-5"), Trait("Control", "CF-2")]
    public async Task A_vault_that_cannot_be_reached_ends_the_start_with_78_and_a_sentence()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = new PlatformHome();
        var port = Ports.Free(1)[0];
        await using var process = PlatformProcess.Launch(
        [
            .. home.Arguments, "--Platform:Secrets:Store=KeyVault", $"--Platform:Secrets:VaultUri=https://localhost:{port}", "--Platform:Secrets:Timeout=00:00:02",
        ]);

        Assert.Equal(78, await process.ExitAsync(TimeSpan.FromSeconds(30), cancel));
        await EventuallyAsync(() => process.Output.Contains("cannot be reached", StringComparison.Ordinal), cancel);
        Assert.Contains($"The vault https://localhost:{port}/ cannot be reached", process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(home.BootFile));
    }

    [Fact, Trait("Control", "CF-3")]
    public async Task A_secret_in_clear_on_the_command_line_is_refused_with_78_and_not_repeated()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = new PlatformHome();
        await using var process = PlatformProcess.Launch([.. home.Arguments, "--Platform:Telemetry:OtlpHeaders=api-key=canary-in-clear"]);

        Assert.Equal(78, await process.ExitAsync(TimeSpan.FromSeconds(30), cancel));
        await EventuallyAsync(() => process.Output.Contains("in clear", StringComparison.Ordinal), cancel);
        Assert.Contains("Platform:Telemetry:OtlpHeaders is a secret in clear", process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", process.Output, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "AL-3"), Trait("Control", "AU-5"), Trait("Control", "SC-2")]
    public async Task No_trace_of_a_running_product_holds_one_of_its_secrets()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = new PlatformHome();
        await using var collector = await Collector.StartAsync();
        var canaries = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, wrap) in new (string, Func<string, string>)[] { ("api-key-pepper", s => s), ("mcp-sealing", s => s), ("data-protection", s => s), ("unused", s => s), ("otlp", s => $"x-canary={s}") })
        {
            canaries[name] = Canary()[..32];
            await home.SetSecretAsync(name, wrap(canaries[name]), cancel);
        }

        string[] telemetry = [$"--Platform:Telemetry:OtlpEndpoint={collector.Uri}", "--Platform:Telemetry:OtlpHeaders=secret:otlp", "--Logging:LogLevel:Default=Debug"];

        // The first start prints its credentials by design: what is searched is what comes after.
        var first = await home.StartAsync(cancel);
        var boot = await home.BootAsync(cancel);
        Assert.Equal(0, await first.StopAsync(TimeSpan.FromSeconds(20), cancel));
        foreach (var canary in canaries)
        {
            Assert.DoesNotContain(canary.Value, first.Output, StringComparison.Ordinal);
        }

        var process = await home.StartAsync(cancel, telemetry);
        canaries["bootstrap secret"] = boot.BootstrapSecret;
        canaries["api key"] = boot.ApiKey;
        canaries["management key"] = boot.AdminKey;
        await UseAsync(home, boot, canaries, cancel);
        await EventuallyAsync(() => collector.Bytes > 0, cancel);
        var environment = await File.ReadAllBytesAsync($"/proc/{process.Id}/environ", cancel);
        var commandLine = await File.ReadAllBytesAsync($"/proc/{process.Id}/cmdline", cancel);
        using var http = new HttpClient();
        var metrics = await http.GetByteArrayAsync(new Uri(home.Management, "/metrics"), cancel);
        using var management = await home.ManagementAsync(cancel);
        var audit = Encoding.UTF8.GetBytes(await management.RawAuditAsync(boot.Tenant, cancel));
        Assert.Equal(0, await process.StopAsync(TimeSpan.FromSeconds(20), cancel));

        Assert.True(canaries.Count >= 12, $"There are {canaries.Count} canaries.");
        Assert.All(canaries.Values, canary => Assert.True(canary.Length >= 12));
        var places = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["environment"] = environment, ["command line"] = commandLine, ["metrics"] = metrics, ["audit trail"] = audit, ["log"] = Encoding.UTF8.GetBytes(process.Output), ["sent by OTLP"] = collector.Bodies,
        };
        foreach (var file in Directory.EnumerateFiles(home.Data, "*", SearchOption.AllDirectories))
        {
            places[Path.GetRelativePath(home.Data, file)] = await File.ReadAllBytesAsync(file, cancel);
        }

        Assert.Contains("grains.db", places.Keys);
        Assert.Contains("audit.db", places.Keys);
        Assert.Empty(Found(places, canaries));

        // The search itself works: it finds what the first start shows on purpose. And the reference was used: its secret went to the collector, in a header.
        Assert.Contains("api key in first start", Found(new Dictionary<string, byte[]>(StringComparer.Ordinal) { ["first start"] = Encoding.UTF8.GetBytes(first.Output) }, canaries));
        Assert.True(collector.Headers.Contains(canaries["otlp"], StringComparison.Ordinal), "The reference was not used.");
    }

    /// <summary>Every credential is used, rightly and wrongly.</summary>
    private static async Task UseAsync(PlatformHome home, Boot boot, Dictionary<string, string> canaries, CancellationToken cancel)
    {
        using var management = await home.ManagementAsync(cancel);
        var second = await management.IssueKeyAsync(boot.Tenant, cancel);
        canaries["second api key"] = second.Secret;
        using (var mcp = new RawMcp(boot.McpUrl, boot.ApiKey))
        {
            Assert.True((await mcp.EchoAsync("hello", cancel)).Ok);
        }

        using (var mcp = new RawMcp(boot.McpUrl, second.Secret))
        {
            Assert.True((await mcp.EchoAsync("hello", cancel)).Ok);
        }

        // A wrong one, and a right one where it does not belong.
        canaries["wrong api key"] = $"mcpk_live_{Canary()[..20]}";
        using (var mcp = new RawMcp(boot.McpUrl, canaries["wrong api key"]))
        {
            Assert.False((await mcp.EchoAsync("hello", cancel)).Ok);
        }

        using var http = new HttpClient();
        using (await http.GetAsync(new Uri($"{boot.McpUrl}?access_token={second.Secret}"), cancel))
        {
        }

        canaries["password"] = "Pw-" + Canary()[..24];
        canaries["wrong password"] = "Pw-" + Canary()[..24];
        canaries["session"] = await SignInAsync(http, home, "/v1/bootstrap", new { secret = boot.BootstrapSecret, password = canaries["password"] }, cancel) ?? throw new InvalidOperationException("The bootstrap secret did not sign in.");
        canaries["second session"] = await SignInAsync(http, home, "/v1/sessions", new { user = "admin", password = canaries["password"] }, cancel) ?? throw new InvalidOperationException("The password did not sign in.");
        Assert.Null(await SignInAsync(http, home, "/v1/sessions", new { user = "admin", password = canaries["wrong password"] }, cancel));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(home.Management, "/v1/tenants"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", canaries["session"]);
        using var answer = await http.SendAsync(request, cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await management.RevokeKeyAsync(boot.Tenant, second.Id, cancel);
    }

    private static async Task<string?> SignInAsync(HttpClient http, PlatformHome home, string path, object body, CancellationToken cancel)
    {
        using var answer = await http.PostAsJsonAsync(new Uri(home.Management, path), body, cancel);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancel))!["token"]!.GetValue<string>() : null;
    }

    private static string Canary() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    private static string[] Found(Dictionary<string, byte[]> places, Dictionary<string, string> canaries) =>
    [
        .. (from place in places from canary in canaries where Forms(canary.Value).Any(form => place.Value.AsSpan().IndexOf(form) >= 0) select $"{canary.Key} in {place.Key}"),
    ];

    /// <summary>As it is, in Base64, and in hexadecimal.</summary>
    private static IEnumerable<byte[]> Forms(string canary)
    {
        var bytes = Encoding.UTF8.GetBytes(canary);
        yield return bytes;
        yield return Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes).TrimEnd('='));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(bytes));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes));
        yield return Encoding.Unicode.GetBytes(canary);
    }

    private static async Task EventuallyAsync(Func<bool> condition, CancellationToken cancel)
    {
        for (var i = 0; i < 200 && !condition(); i++)
        {
            await Task.Delay(50, cancel);
        }
    }
}
