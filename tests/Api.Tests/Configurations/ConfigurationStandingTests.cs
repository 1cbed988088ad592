using System.Text.Json.Nodes;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Configurations;

/// <summary>Who may do less by the time that the next change is due makes it no more, however long the document is.</summary>
[Trait("Control", "AZ-6")]
public sealed class ConfigurationStandingTests
{
    private const int Roles = 120;

    [Theory]
    [InlineData("applied", "", "configuration:*", "roles:*")]
    [InlineData("failed", "conflict", "configuration:*", "roles:read")]
    [InlineData("failed", "permission-denied", "roles:*")]
    public async Task The_author_is_judged_again_while_changes_are_made(string outcome, string code, params string[] kept)
    {
        var clock = new ShiftedClock();
        await using var platform = await PlatformApplication.StartAsync(clock);
        var tenant = await TenantClient.MakeAsync(platform);
        var (manager, self) = await tenant.GivenManager("configuration:*", "roles:*");
        var own = (await tenant.Rest(HttpMethod.Get, $"principals/{self}")).Json.GetProperty("roles")[0].GetString()!;
        var roles = new JsonObject { [own] = new JsonObject { ["allow"] = new JsonArray([.. kept.Select(text => JsonValue.Create(text))]) } };
        foreach (var number in Enumerable.Range(0, Roles))
        {
            roles[$"zz-{number:000}"] = new JsonObject();
        }

        // Every look of the platform at its clock comes a while after the one before: a long document, seen in a short time.
        using var done = new CancellationTokenSource();
        var time = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                clock.Advance(TimeSpan.FromSeconds(1.1));
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        });
        var applied = await tenant.Apply(new JsonObject { ["roles"] = roles }.ToJsonString(), credential: manager);
        await done.CancelAsync();
        await time;

        Assert.Equal(200, applied.Status);
        var last = applied.Change("role", $"zz-{Roles - 1:000}");
        Assert.Equal(outcome, last.Text("outcome"));
        Assert.Equal(outcome == "applied" ? 200 : 404, (await tenant.Rest(HttpMethod.Get, $"roles/zz-{Roles - 1:000}")).Status);
        if (code.Length > 0)
        {
            Assert.Equal(("applied", code), (applied.Change("role", own).Text("outcome"), last.GetProperty("problem").Text("code")));
            var events = (await platform.AuditEvents(tenant.Slug, 50)).Select(entry => $"{entry.Text("action")} {entry.Text("target")} {entry.Text("outcome")}");
            Assert.Contains($"roles/create {tenant.Slug}/zz-{Roles - 1:000} {code}", events);
        }
    }
}
