namespace Platform.System.Tests;

/// <summary>Where things are, found from where the tests run.</summary>
internal static class Repository
{
#if DEBUG
    public const string Configuration = "Debug";
#else
    public const string Configuration = "Release";
#endif

    public static string Root { get; } = Find();

    /// <summary>The built product; <c>PLATFORM_SILO_DLL</c> names another one (a published one, say).</summary>
    public static string SiloDll { get; } = Environment.GetEnvironmentVariable("PLATFORM_SILO_DLL") is { Length: > 0 } other
        ? other
        : Path.Combine(Root, "src", "Silo", "bin", Configuration, "net10.0", "Platform.Silo.dll");

    public static string CliDll { get; } = Path.Combine(Root, "src", "Cli", "bin", Configuration, "net10.0", "Platform.Cli.dll");

    public static string Node { get; } = Path.Combine(Root, "tests", "System", "node");

    /// <summary>The official conformance suite, and the host it runs against.</summary>
    public static string Conformance { get; } = Path.Combine(Root, "tests", "Conformance", "node");

    public static string ConformanceDll { get; } = Path.Combine(Root, "tests", "Conformance", "bin", Configuration, "net10.0", "Platform.Conformance.dll");

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Platform.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException("These tests run from inside the repository.");
    }
}
