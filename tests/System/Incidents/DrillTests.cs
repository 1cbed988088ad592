using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace Platform.System.Tests.Incidents;

/// <summary>The runbook, run: <c>infra/drill.sh</c> against two processes that are one platform on one PostgreSQL.</summary>
public sealed partial class DrillTests
{
    private const string Password = "correct horse battery staple";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact, Trait("Control", "IR-1"), Trait("Control", "IR-2"), Trait("Control", "IR-3"), Trait("Control", "IR-4")]
    public async Task The_drill_passes_on_two_nodes_with_two_operators_and_every_containment_is_effective_within_5_seconds()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = await ClusterHome.CreateAsync(cancel, "--Platform:Incidents:ResumeNeedsTwo=always");
        await home.StartAsync(cancel);
        var (one, other) = await OperatorsAsync(home, cancel);

        var (exit, output) = await DrillAsync(home.Nodes[0].Management, home.Nodes.Select(node => node.DataPlane), one, other, cancel);

        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.True(exit == 0, output);
        var times = Effective().Matches(output).Select(match => (First: int.Parse(match.Groups["first"].Value), Second: int.Parse(match.Groups["second"].Value))).ToArray();
        Assert.Equal(5, times.Length);
        Assert.All(times, time => Assert.InRange(Math.Max(time.First, time.Second), 0, 5_000));
        Assert.Contains("DRILL PASSED", output, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "IR-1")]
    public async Task The_drill_fails_loudly_when_a_node_goes_on_serving_what_was_contained()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = new PlatformHome();
        await home.StartAsync(cancel);
        await using var deaf = new DeafNode();

        var (exit, output) = await DrillAsync(home.Management, [home.DataPlane, deaf.Url], (await home.BootAsync(cancel)).AdminKey, null, cancel);

        Assert.NotEqual(0, exit);
        Assert.Contains("DRILL FAILED in 3. Contain: a key is still not effective on " + deaf.Url.GetLeftPart(UriPartial.Authority), output, StringComparison.Ordinal);
        Assert.DoesNotContain("DRILL PASSED", output, StringComparison.Ordinal);
    }

    /// <summary>The sessions of two operators: the admin of the first start, and one that it invited.</summary>
    private static async Task<(string One, string Other)> OperatorsAsync(ClusterHome home, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = home.Nodes[0].Management };
        var boot = await home.Nodes.Single(node => File.Exists(node.BootFile)).BootAsync(cancel);
        var first = await OpenAsync(http, "/v1/bootstrap", new JsonObject { ["secret"] = boot.BootstrapSecret, ["password"] = Password }, cancel);
        using var management = await home.ManagementAsync(0, cancel);
        var invitation = await management.InviteOperatorAsync("bob", cancel);
        var second = await OpenAsync(http, "/v1/sessions:acceptInvitation", new JsonObject { ["user"] = "bob", ["secret"] = invitation, ["password"] = Password }, cancel);
        return (first, second);
    }

    private static async Task<string> OpenAsync(HttpClient http, string path, JsonObject body, CancellationToken cancel)
    {
        using var response = await http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, cancel);
        var answer = await response.Content.ReadAsStringAsync(cancel);
        Assert.True(response.IsSuccessStatusCode, answer);
        return JsonNode.Parse(answer)!["token"]!.GetValue<string>();
    }

    private static async Task<(int Exit, string Output)> DrillAsync(Uri management, IEnumerable<Uri> nodes, string bearer, string? second, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("bash") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(Repository.Root, "infra", "drill.sh"));
        start.Environment["M"] = management.GetLeftPart(UriPartial.Authority);
        start.Environment["NODES"] = string.Join(' ', nodes.Select(node => node.GetLeftPart(UriPartial.Authority)));
        start.Environment["K"] = bearer;
        start.Environment["CLI"] = $"dotnet {Repository.CliDll}";
        if (second is not null)
        {
            start.Environment["K2"] = second;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        using var process = Process.Start(start)!;
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    [GeneratedRegex("refused on every node after (?<first>[0-9]+) ms (?<second>[0-9]+) ms", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Effective();
}
