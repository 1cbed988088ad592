using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Printing;
using Platform.Cli.Shell;

namespace Platform.Cli.Audit;

/// <summary>Tells what came of judging a trail. What its author wrote is in it as a stranger's words.</summary>
internal static class TrailReport
{
    /// <param name="run">Whose output it is.</param>
    /// <param name="name">What was to be judged, as it was named.</param>
    /// <param name="verdict">What was found.</param>
    /// <param name="trusted">The key that was named, if one was.</param>
    public static async Task<int> WriteAsync(Run run, string name, BundleVerdict verdict, string? trusted)
    {
        var (tenant, result, keys, evidence) = verdict;
        var exit = result.FirstBad is null ? ExitCode.Done : ExitCode.Refused;
        if (run.Format != OutputFormat.Table)
        {
            await run.Printer.ShowAsync(Members(name, verdict));
            return exit;
        }

        if (result.FirstBad is { } bad)
        {
            await run.Printer.NoteAsync(Sentence.Of($"{tenant ?? name}: {new Plain(bad == 0 ? "the bundle" : $"record {bad}")} does not fit: {result.Fault ?? ""}. {result.Events} records before it do."));
            return exit;
        }

        if (result.PrunedThrough > 0)
        {
            await run.Printer.TellAsync($"Records 1 to {result.PrunedThrough} are no longer kept: their time was over, as an audit key signed.");
        }

        if (keys is null)
        {
            await run.Printer.TellAsync($"{tenant ?? name}: {result.Events - result.PrunedThrough} records fit. Head {result.Head}.");
            return exit;
        }

        await run.Printer.TellAsync($"{tenant ?? name}: {result.Events - result.PrunedThrough} records and {result.Segments} sealed segments fit. Head {result.Head}. Signed by {keys.Newest.Kid}.");
        if (evidence is not null)
        {
            var said = evidence.Manifest;
            await run.Printer.TellAsync($"Evidence of {said.Incident}, exported by {said.By} at {said.At:O}: {evidence.Entries} entries of its timeline, {evidence.Records} records from {said.From:O} to {said.To:O}. Configuration {said.Configuration}.");
        }

        if (trusted is null)
        {
            await run.Printer.TellAsync($"The keys are those of the bundle. Compare {keys.Keys[0].Kid} with what /v1/audit-keys said before, or name it as --trusted-key.");
        }

        return exit;
    }

    private static JsonObject Members(string name, BundleVerdict verdict)
    {
        var (tenant, result, keys, evidence) = verdict;
        return Body.Of(
            ("trail", tenant ?? name), ("fits", result.FirstBad is null), ("events", result.Events), ("segments", keys is null ? null : result.Segments), ("prunedThrough", result.PrunedThrough), ("head", result.Head),
            ("firstBad", result.FirstBad), ("fault", result.Fault), ("signedBy", keys?.Newest.Kid), ("firstKey", keys?.Keys[0].Kid),
            ("evidence", evidence is null ? null : Body.Of(
                ("incident", evidence.Manifest.Incident), ("by", evidence.Manifest.By), ("at", evidence.Manifest.At), ("from", evidence.Manifest.From), ("to", evidence.Manifest.To),
                ("configuration", evidence.Manifest.Configuration), ("timelineEntries", evidence.Entries), ("records", evidence.Records))));
    }

    /// <summary>Words of ours.</summary>
    private sealed record Plain(string Text)
    {
        public override string ToString() => Text;
    }
}
