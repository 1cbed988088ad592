using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Documents;
using Platform.Cli.Outcomes;
using Platform.Cli.Printing;
using Platform.Cli.Rest;
using Platform.Cli.Shell;
using Platform.Cli.Terminals;

namespace Platform.Cli.Configurations;

/// <summary><c>platform export</c>: what a tenant is set up to be, as a file for <c>platform apply</c>. The same configuration is the same text.</summary>
internal static class ExportConfigurationCommand
{
    private static readonly string[] Sections = ["guestAccess", "roles", "rateLimitPlan", "rateLimits", "alertRules", "members"];

    public static Command Create(CommandShell shell) =>
        shell.OfTenant("export", "Write what a tenant is set up to be, as YAML for 'platform apply': its own roles, limits and plan, alert rules, members. No secret is in it.", [], async run =>
        {
            if (!(await run.OwnerAsync()).Try(out var tenant, out var refused))
            {
                return await run.Printer.RefuseAsync(refused);
            }

            var reply = await run.GetAsync(Route.Owned($"config"));
            if (reply.Refusal is null && reply.Body is not JsonObject)
            {
                return await run.Printer.RefuseAsync(new Refusal(ExitCode.Refused, "The answer is no configuration."));
            }

            if (reply.Body is not JsonObject document || run.Format == OutputFormat.Json)
            {
                return await run.ShowAsync(reply);
            }

            await run.Printer.WriteAsync(Head(tenant!, document) + YamlWriter.Write(document));
            return ExitCode.Done;
        });

    private static string Head(string tenant, JsonObject document)
    {
        var slug = PlainText.Clean(tenant);
        var absent = string.Join(", ", Sections.Where(section => !document.ContainsKey(section)));
        return $"""
            # What the tenant {slug} is set up to be. Compare: platform apply -t {slug} -f FILE --dry-run
            # Not in it: keys, passwords and other secrets, webhooks, host names, identity providers and their people, memory, files, what is built in.
            {(absent.Length == 0 ? "" : $"# Absent, because the credential may not read it: {absent}.\n")}
            """;
    }
}
