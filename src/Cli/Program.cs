using System.CommandLine;
using Platform.Cli.Audit;

var root = new RootCommand("platform: operate a MoCoPr Platform from the shell.")
{
    new Command("audit", "Work with audit trails.") { VerifyCommand.Create() },
};
return await root.Parse(args).InvokeAsync();
