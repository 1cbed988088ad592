using System.CommandLine;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Tenants;

/// <summary>Names of a tenant's own by which its endpoint is reached.</summary>
internal static class TenantHostCommands
{
    public static Command List(CommandShell shell)
    {
        var slug = Slug();
        return shell.Command("hosts", "The host names of a tenant's own.", [slug, shell.Limit], run => run.ListAsync(Route.Of($"tenants/{run.Get(slug)}/hosts"), "host url"));
    }

    public static Command Add(CommandShell shell)
    {
        var (slug, host) = (Slug(), Host());
        return shell.Command("add-host", "Give a tenant a host name; for operators, who answer for whose it is: nobody else checks.", [slug, host], run =>
            run.ShowAsync(run.PostAsync(Route.Of($"tenants/{run.Get(slug)}/hosts"), Body.Of(("host", run.Get(host))))));
    }

    public static Command Remove(CommandShell shell)
    {
        var (slug, host) = (Slug(), Host());
        return shell.Command("remove-host", "Take a host name from a tenant: its endpoint is not reached by it any more, within 5 s.", [slug, host], run =>
            run.ShowAsync(run.SendAsync(HttpMethod.Delete, Route.Of($"tenants/{run.Get(slug)}/hosts/{run.Get(host)}")), "Removed."));
    }

    private static Argument<string> Slug() => Options.Name("slug", "Of the tenant.");

    private static Argument<string> Host() => Options.Name("host", "A DNS name in lower case, such as mcp.example.com.");
}
