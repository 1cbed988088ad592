using System.Runtime.Versioning;
using Platform.Silo.Tests;

// Many tests are about the rights on files.
[assembly: UnsupportedOSPlatform("windows")]

if (args is [ChildProcess.PlatformSwitch, .. var settings])
{
    return await ChildProcess.RunPlatformAsync(settings);
}

if (args is [ChildProcess.Switch, var mode, var directory])
{
    await ChildProcess.RunAsync(mode, directory);
    return 0;
}

// As the entry point that xunit generates elsewhere: tests/run passes options of Microsoft.Testing.Platform.
return await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
