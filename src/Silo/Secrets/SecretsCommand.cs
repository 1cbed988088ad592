using Platform.Abstractions.Secrets;
using Platform.Grains.Secrets;
using Platform.Silo.Storage;

namespace Platform.Silo.Secrets;

/// <summary>
/// <c>secrets set|versions|disable|delete|move</c>, for the operator: the platform's own program with the same settings, so the same vault. A local vault has one
/// process at a time, so the platform is stopped for it. Values are read from standard input only: arguments are for everybody to see.
/// </summary>
internal static class SecretsCommand
{
    public const string Verb = "secrets";

    private const int Wrong = 64;

    private const string Usage = """
        secrets set NAME < file       adds a version; one newline at the end is not part of it
        secrets versions NAME         lists versions, oldest first, without values
        secrets disable NAME VERSION  refuses a version from now on
        secrets delete NAME           takes away all versions
        secrets move                  copies the data directory's local vault to Platform:Secrets:VaultUri, and puts it aside
        Settings follow, as for the platform itself: --Platform:DataDirectory=...
        """;

    /// <summary>0, 1 when there is no such secret, or 64 for another command line.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var words = args.TakeWhile(word => !word.StartsWith('-')).ToArray();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            Args = args[words.Length..],
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        if (words is ["move"])
        {
            return await VaultMove.RunAsync(VaultSettings.Read(builder.Configuration), Console.Out);
        }

        if (words is not ([("set" or "versions" or "delete"), _] or ["disable", _, _]) || !SecretName.IsValid(words[1]))
        {
            await Console.Error.WriteLineAsync(Usage);
            return Wrong;
        }

        using var vault = SiloVault.Open(VaultSettings.Read(builder.Configuration));
        return await RunAsync(words, vault.Secrets);
    }

    private static async Task<int> RunAsync(string[] words, ISecretStore secrets)
    {
        var name = words[1];
        switch (words[0])
        {
            case "set":
                var value = await ReadAsync(Console.OpenStandardInput());
                await Console.Out.WriteLineAsync(await secrets.SetAsync(name, value, CancellationToken.None));
                return 0;
            case "versions":
                var versions = await secrets.VersionsAsync(name, CancellationToken.None);
                foreach (var version in versions)
                {
                    await Console.Out.WriteLineAsync($"{version.Id}  {version.Created:u}  {(version.Enabled ? "enabled" : "disabled")}  {(version.Expires is { } end ? $"until {end:u}" : "no expiry")}");
                }

                return versions.Count == 0 ? NotThere(name) : 0;
            case "disable":
                return await secrets.DisableAsync(name, words[2], CancellationToken.None) ? 0 : NotThere(name);
            default:
                return await secrets.DeleteAsync(name, CancellationToken.None) ? 0 : NotThere(name);
        }
    }

    private static int NotThere(string name)
    {
        Console.Error.WriteLine($"The vault has no such secret or version: {name}.");
        return 1;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream input)
    {
        var buffer = new byte[ISecretStore.MaxValueBytes + 2];
        var length = await input.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false);
        var value = buffer.AsMemory(0, length);
        return value.Span.EndsWith("\r\n"u8) ? value[..^2] : value.Span.EndsWith("\n"u8) ? value[..^1] : value;
    }
}
