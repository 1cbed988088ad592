using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Sessions;
using Platform.Cli.Shell;

namespace Platform.Cli.Doctor;

/// <summary><c>platform doctor</c>: looks at what commands need, in the order in which they need it. It changes nothing.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    public static Command Create(CommandShell shell) => shell.OfTenant("doctor", "Check profile, server, TLS, clock, version, credential and permissions, each with a cure.", [], async run =>
    {
        var findings = new List<Finding>();
        await LookAsync(run, run.Get(shell.Tenant), findings);
        await run.Printer.ListAsync([.. findings.Select(finding => finding.Row())], "check state found cure");
        return findings.Any(finding => finding.State == "failed") ? ExitCode.Refused : ExitCode.Done;
    });

    private static async Task LookAsync(Run run, string? named, List<Finding> findings)
    {
        if (!(await run.SignedAsync()).Try(out var signed, out var refused))
        {
            findings.Add(Finding.Failed("profile", refused.Text, "platform login --url URL"));
            return;
        }

        findings.Add(Finding.Ok("profile", $"{signed.Connection.Url}{((named ?? signed.Tenant) is { } tenant ? $", tenant {tenant}" : "")}"));
        findings.Add(await TlsProbe.RunAsync(signed.Connection, run.Terminal.Clock.GetUtcNow(), run.Cancel));
        var began = run.Terminal.Clock.GetTimestamp();
        var who = await Identity.AskAsync(run, named);
        if (who.Refusal is { Exit: ExitCode.Unavailable } unreachable)
        {
            findings.Add(Finding.Failed("server", unreachable.Text, "Start the platform, or sign in with its URL."));
            return;
        }

        findings.Add(Finding.Ok("server", string.Create(CultureInfo.InvariantCulture, $"answers in {run.Terminal.Clock.GetElapsedTime(began).TotalMilliseconds:0} ms")));
        findings.Add(ClockOf(who.At, run.Terminal.Clock.GetUtcNow()));
        findings.Add(await VersionAsync(run));
        findings.Add(who.Refusal is { } unknown
            ? Finding.Failed("credential", unknown.Text, "platform login: the key was revoked or has ended, or the session is over")
            : Finding.Ok("credential", Told(who.Body)));
        if (who.Refusal is null)
        {
            findings.Add(Permissions(who.Body));
        }
    }

    private static Finding ClockOf(DateTimeOffset? theirs, DateTimeOffset ours)
    {
        if (theirs is not { } at)
        {
            return Finding.Warning("clock", "the server tells no time", "Is there something in front of it?");
        }

        var off = (ours - at).Duration();
        var found = string.Create(CultureInfo.InvariantCulture, $"{off.TotalSeconds:0} s apart from the server's");
        return off > Skew ? Finding.Warning("clock", found, "Set the clock by NTP, here or there: codes of authenticators and ends of sessions depend on it.") : Finding.Ok("clock", found);
    }

    /// <summary>The API tells no number; that a route which this tool needs is there says as much.</summary>
    private static async Task<Finding> VersionAsync(Run run)
    {
        var ours = typeof(DoctorCommand).Assembly.GetName().Version?.ToString(3);
        var known = await run.GetAsync(Route.Of($"audit-checkpoints").With(("pageSize", "1")));
        return known.Refusal is { Exit: ExitCode.NotFound }
            ? Finding.Warning("version", $"tool {ours}; the server speaks an older /v1", "Use the tool of the server's version.")
            : Finding.Ok("version", $"tool {ours}, API v1");
    }

    private static Finding Permissions(JsonNode? who)
    {
        var granted = who?["grants"] as JsonArray ?? who?["roles"] as JsonArray;
        return granted is { Count: > 0 }
            ? Finding.Ok("permissions", string.Join(", ", granted.Select(grant => grant?.ToString())))
            : Finding.Warning("permissions", "they cannot be told", Identity.Cure(who));
    }

    private static string Told(JsonNode? who) =>
        who?["key"] is { } key ? $"key {key}{(who["name"] is { } name ? $", {name}" : "")}" : $"session of {who?["principal"]}, until {who?["expiresAt"]}";
}
