namespace Platform.System.Tests;

/// <summary>What was taken for a receiver reaches it, whenever the process was killed.</summary>
public sealed class WebhookTests
{
    private const string Tenant = "hooked";
    private const string Alerts = "/alerts";
    private const string Trail = "/trail";

    [Fact, Trait("Control", "AL-6"), Trait("Control", "AL-1")]
    public async Task What_waited_when_the_process_was_killed_arrives_under_its_id_and_the_reference_library_takes_it()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var home = new PlatformHome("--Platform:Webhooks:Networks=127.0.0.1");
        var process = await home.StartAsync(cancel);
        using var management = await home.ManagementAsync(cancel);
        await management.CreateTenantAsync(Tenant, cancel);
        var alerts = await management.AddWebhookAsync(Tenant, new Uri(receiver.Uri, Alerts), "alert.*", cancel);
        var trail = await management.AddWebhookAsync(Tenant, new Uri(receiver.Uri, Trail), "audit.*", cancel);
        for (var i = 0; i < 5; i++)
        {
            await management.TestAlertRuleAsync(Tenant, "error-rate", cancel);
        }

        // Of both a message is on its way and not answered; the others wait.
        await receiver.UntilAsync(got => got.Any(one => one.Path == Alerts) && got.Any(one => one.Path == Trail), TimeSpan.FromSeconds(60), cancel);
        var waiting = await management.WaitingAsync(Tenant, alerts.Id, cancel);
        Assert.Equal(5, waiting.Count);
        await process.KillAsync(cancel);
        var before = receiver.Got;
        receiver.Answers = true;
        process = await home.StartAsync(cancel);

        // Nobody asks for any of it: the reminders do.
        await receiver.UntilAsync(got => waiting.All(id => got.Any(one => one.Answered && one.Id == id)), TimeSpan.FromMinutes(3), cancel);
        var head = (await management.AuditEventsAsync(Tenant, cancel)).Max(it => it.Sequence);
        await receiver.UntilAsync(got => Told(got).Any(it => it.Sequence == head), TimeSpan.FromMinutes(3), cancel);

        var got = receiver.Got;
        Assert.Equal(waiting.Order(StringComparer.Ordinal), got.Where(one => one.Path == Alerts).Select(one => one.Id).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains(before.First(one => one.Path == Trail).Id, got.Where(one => one.Answered).Select(one => one.Id));
        var told = Told(got).ToList();
        Assert.Equal(Enumerable.Range(0, (int)(head - told[0].Sequence) + 1).Select(i => told[0].Sequence + i), told.DistinctBy(it => it.Sequence).Select(it => it.Sequence));
        var stored = (await management.AuditEventsAsync(Tenant, cancel)).ToDictionary(it => it.Sequence, it => it.Action);
        Assert.All(told, it => Assert.Equal(stored[it.Sequence], it.Action));
        Assert.Equal("webhooks/add", told[0].Action);

        await VerifyAsync(home, got, alerts.Secret, trail.Secret, cancel);
    }

    /// <summary>The events that arrived and were answered, in the order of their arrival.</summary>
    private static IEnumerable<(long Sequence, string Action)> Told(IEnumerable<ReceivedWebhook> got) =>
        got.Where(one => one is { Path: Trail, Answered: true })
            .SelectMany(one => JsonNode.Parse(one.Body)!["data"]!["events"]!.AsArray())
            .Select(entry => (entry!["sequence"]!.GetValue<long>(), entry["event"]!["action"]!.GetValue<string>()));

    private static async Task VerifyAsync(PlatformHome home, ReceivedWebhook[] got, string alerts, string trail, CancellationToken cancel)
    {
        var file = Path.Combine(home.Root, "messages.json");
        var messages = got.Select(one => (JsonNode)new JsonObject
        {
            ["secret"] = one.Path == Alerts ? alerts : trail,
            ["headers"] = new JsonObject(one.Headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value))),
            ["body"] = one.Body,
        });
        await File.WriteAllTextAsync(file, new JsonArray([.. messages]).ToJsonString(), cancel);

        var (code, output, errors) = await NodeProgram.RunAsync(Path.Combine(Repository.Root, "tests", "System", "node"), ["webhook.mjs", file], [], cancel);
        Assert.True(code == 0, $"The library refused a message:\n{output}\n{errors}");
        Assert.Equal($$"""{"genuine":{{got.Length}},"forged":{{got.Length * 5}}}""", output);
    }
}
