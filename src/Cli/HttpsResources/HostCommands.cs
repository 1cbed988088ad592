using System.CommandLine;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.HttpsResources;

internal static class HostCommands
{
    public static Command Create(CommandShell shell) => CommandShell.Group("host", "The https hosts whose pages a tenant's agents read as resources.", List(shell), Show(shell), Set(shell), Delete(shell));

    private static Command List(CommandShell shell) =>
        shell.OfTenant("list", "Hosts, by name.", [shell.Limit], run => run.ListAsync(Route.Owned($"resources/https-hosts"), "host pathPrefix contentTypes maxBytes changedAt changedBy"));

    private static Command Show(CommandShell shell)
    {
        var host = Name();
        return shell.OfTenant("show", "A host.", [host], run => run.ShowAsync(run.GetAsync(Of(run.Get(host)))));
    }

    private static Command Set(CommandShell shell)
    {
        var host = Name();
        var prefix = Options.Text("--path-prefix", "Only pages below it, such as /docs; all of the host when absent.");
        var types = Options.Many("--content-type", "A media type that is read, such as text/markdown; the server's list when absent.");
        var bytes = Options.Number("--max-bytes", "The longest page; the server's default when absent.");
        return shell.OfTenant("set", "Open a host, or replace all that is said of it.", [host, prefix, types, bytes], run => run.ShowAsync(run.WriteAsync(
            Of(run.Get(host)), Body.Of(("pathPrefix", run.Get(prefix)), ("contentTypes", Body.Array(run.Get(types))), ("maxBytes", run.Get(bytes))))));
    }

    private static Command Delete(CommandShell shell)
    {
        var host = Name();
        return shell.OfTenant("delete", "Close a host.", [host], run => run.ShowAsync(run.DeleteAsync(Of(run.Get(host))), "Deleted."));
    }

    private static Route Of(string host) => Route.Owned($"resources/https-hosts/{host}");

    private static Argument<string> Name() => Options.Name("host", "Name in lower case, and its port unless that is 443.");
}
