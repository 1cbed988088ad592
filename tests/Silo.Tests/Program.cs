using System.Runtime.Versioning;
using Platform.Silo.Tests;

// Many tests are about the rights on files.
[assembly: UnsupportedOSPlatform("windows")]

if (args is [ChildProcess.Switch, var mode, var directory])
{
    await ChildProcess.RunAsync(mode, directory);
    return 0;
}

return args.Contains("--server", StringComparer.Ordinal) || args.Contains("--internal-msbuild-node", StringComparer.Ordinal)
    ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
