using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Tenants;

/// <summary><c>platform tenant set</c>: a merge patch of what the line names, upon the version that is there.</summary>
internal static class TenantSettingsCommand
{
    /// <summary>What can be set back to what a new tenant has, by the word for it.</summary>
    private static readonly Dictionary<string, string> Members = new(StringComparer.Ordinal)
    {
        ["name"] = "displayName", ["audit-mode"] = "auditMode", ["rate-limit"] = "rateLimit", ["origins"] = "allowedOrigins", ["input-limits"] = "inputLimits",
    };

    public static Command Create(CommandShell shell)
    {
        var slug = Options.Name("slug", "Of the tenant.");
        var name = Options.Text("--name", "Name for people.");
        var mode = Options.Choice("--audit-mode", "Whether served calls wait for their audit event, for operators", "durable", "batched");
        var rate = Options.Number("--permits-per-minute", "Limit of each key that names none, for operators.");
        var burst = Options.Number("--burst", "Of the same limit.");
        var origins = Options.Many("--origin", "Browser origin that may call the endpoint; those that are named are all.");
        var limits = new InputLimitOptions();
        var clear = Options.Many("--clear", $"Set back to what a new tenant has: {string.Join(", ", Members.Keys)}.");
        clear.AcceptOnlyFromAmong([.. Members.Keys]);
        return shell.Command("set", "Change settings of a tenant; those that are not named stay.", [slug, name, mode, rate, burst, origins, .. limits.All, clear], async run =>
        {
            var limit = Body.Of(("permitsPerMinute", run.Get(rate)), ("burst", run.Get(burst)));
            var patch = Body.Of(("displayName", run.Get(name)), ("auditMode", run.Get(mode)), ("rateLimit", limit.Count > 0 ? limit : null), ("allowedOrigins", Body.Array(run.Get(origins))), ("inputLimits", limits.Of(run)));
            foreach (var member in (run.Get(clear) ?? []).Distinct(StringComparer.Ordinal).Select(word => Members[word]))
            {
                if (!patch.TryAdd(member, null))
                {
                    return await run.Printer.RefuseAsync(Refusal.Usage($"Nothing was changed: {member} is to be set and cleared."));
                }
            }

            return patch.Count == 0
                ? await run.Printer.RefuseAsync(Refusal.Usage("Name a setting to change, such as --name."))
                : await run.ShowAsync(run.PatchAsync(Route.Of($"tenants/{run.Get(slug)}"), patch));
        });
    }
}
