using System.CommandLine;
using Platform.Cli.Audit;
using Platform.Cli.Stdio;

var root = new RootCommand("platform: operate a MoCoPr Platform from the shell.")
{
    new Command("audit", "Work with audit trails.") { VerifyCommand.Create(), VerifyDeletionCommand.Create() },
    StdioCommand.Create(),
};
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    // On standard error alone: standard output belongs to the results, and to the protocol of platform stdio.
    await parsed.InvokeAsync(new InvocationConfiguration { Output = Console.Error });
    return 2;
}

return await parsed.InvokeAsync();
