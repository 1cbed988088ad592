using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Platform.Grains.Secrets;
using Platform.Hosting.Startup;
using Platform.Silo;
using Platform.Silo.Secrets;
using Platform.Silo.Storage;

try
{
    if (args is [SecretsCommand.Verb, .. var rest])
    {
        return await SecretsCommand.RunAsync(rest);
    }

    await using var app = await PlatformHost.BuildAsync(args);
    await app.RunAsync();
    return 0;
}
catch (Exception fault) when (fault is StartupException or DataDirectoryException or VaultTamperedException or SecretStoreException or OptionsValidationException)
{
    return Stop(fault.Message);
}
catch (IOException fault) when (fault.InnerException is AddressInUseException)
{
    return Stop($"{fault.Message} Stop the other process, or set Platform:Urls:Data and Platform:Urls:Management to free ports.");
}
catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressAlreadyInUse)
{
    return Stop("A port of the silo is in use. Stop the other process, or set Platform:Orleans:SiloPort and Platform:Orleans:GatewayPort to free ports.");
}

static int Stop(string message)
{
    Console.Error.WriteLine("The platform cannot start.");
    Console.Error.WriteLine(message);
    return StartupException.ExitCode;
}
