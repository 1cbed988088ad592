using System.Reflection;
using System.Runtime.Loader;
using SharpFuzz;

namespace Platform.Fuzz;

/// <summary>
/// Copies of the product's assemblies that count their branches, and of the targets bound to them. Everything else is shared with the process,
/// SharpFuzz's counters among it.
/// </summary>
internal sealed class InstrumentedCode : AssemblyLoadContext
{
    /// <summary>What is counted: the code under attack, not what the targets do with its answers.</summary>
    private static readonly string[] Counted =
    [
        "Platform.Api.Validation.",
        "Platform.Api.Mcp.HeaderValue",
        "Platform.Api.Authentication.Tokens.JwtForm",
        "Platform.Api.Authentication.Tokens.AccessTokenClaims",
        "Platform.Abstractions.Resources.ResourceUri",
        "Platform.Abstractions.Resources.Uri",
        "Platform.Abstractions.Resources.MemoryKey",
        "Platform.Abstractions.Identity.Permission",
        "Platform.Abstractions.Keys.KeyToken",
        "Platform.Fuzz.Targets.Canary",
    ];

    private static readonly string[] Copied = ["Platform.Abstractions", "Platform.Api", "Platform.Fuzz.Targets"];
    private static readonly Lazy<InstrumentedCode> Only = new(() => new InstrumentedCode());

    private readonly string _directory = Directory.CreateTempSubdirectory("mocopr-fuzz-").FullName;

    private InstrumentedCode() : base("instrumented")
    {
        foreach (var name in Copied)
        {
            var copy = Path.Combine(_directory, name + ".dll");
            File.Copy(Path.Combine(AppContext.BaseDirectory, name + ".dll"), copy);
            _ = Fuzzer.Instrument(copy, type => Array.Exists(Counted, prefix => type.StartsWith(prefix, StringComparison.Ordinal)), Options.Value).Count();
            using var bytes = new MemoryStream(File.ReadAllBytes(copy));
            LoadFromStream(bytes);
        }

        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>The target's method in the copies.</summary>
    public static Action<byte[]> Bind(FuzzTarget target)
    {
        var assembly = Only.Value.Assemblies.Single(loaded => string.Equals(loaded.GetName().Name, "Platform.Fuzz.Targets", StringComparison.Ordinal));
        return assembly.GetType(target.Type.FullName!, throwOnError: true)!
            .GetMethod("Run", BindingFlags.Public | BindingFlags.Static)!
            .CreateDelegate<Action<byte[]>>();
    }

    protected override Assembly? Load(AssemblyName assemblyName) =>
        Assemblies.FirstOrDefault(loaded => string.Equals(loaded.GetName().Name, assemblyName.Name, StringComparison.Ordinal));
}
