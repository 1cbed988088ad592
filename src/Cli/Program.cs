using Platform.Cli;
using Platform.Cli.Terminals;

return await PlatformCommand.RunAsync(args, Terminal.OfProcess(), CancellationToken.None);
