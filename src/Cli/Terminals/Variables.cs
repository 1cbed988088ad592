namespace Platform.Cli.Terminals;

/// <summary>The one place that reads the environment: the tool has no options machinery.</summary>
internal static class Variables
{
    public static string? Read(string name)
    {
#pragma warning disable RS0030
        return Environment.GetEnvironmentVariable(name);
#pragma warning restore RS0030
    }
}
