using System.Reflection;
using Platform.Abstractions.Tenancy;

namespace Platform.Architecture.Tests;

/// <summary>The list of banned APIs says what it means: an entry that names nothing bans nothing.</summary>
public sealed class BannedApiTests
{
    private static readonly Type[] Known =
    [
        typeof(IGrainFactory), typeof(GrainFactoryExtensions), typeof(DateTime), typeof(DateTimeOffset), typeof(Random), typeof(Environment),
        typeof(System.Security.Cryptography.MD5), typeof(System.Security.Cryptography.SHA1), typeof(System.Text.Json.JsonDocument),
        typeof(System.Text.RegularExpressions.Regex), typeof(HttpClient), typeof(System.Diagnostics.Process),
    ];

    public static TheoryData<string> Entries =>
        [.. Repository.Read("build/BannedSymbols.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..line.IndexOf(';', StringComparison.Ordinal)])];

    [Theory, MemberData(nameof(Entries)), Trait("Control", "SC-3")]
    public void A_banned_symbol_exists(string symbol) => Assert.Contains(symbol, Known.SelectMany(Symbols));

    [Fact, Trait("Control", "AZ-4")]
    public void Every_way_to_get_a_grain_is_banned()
    {
        var ways = new[] { typeof(IGrainFactory), typeof(GrainFactoryExtensions) }.SelectMany(type => type.GetMethods()).Where(method => method.Name == "GetGrain").Select(Symbol).ToList();
        Assert.NotEmpty(ways);
        Expect.None(ways.Except(Entries.Select(entry => entry.Data), StringComparer.Ordinal));
    }

    [Fact, Trait("Control", "AZ-4")]
    public void Only_TenantGrains_gets_grains()
    {
        var callers = Product.All.SelectMany(assembly => assembly.WrittenTypes())
            .Where(type => Code.MembersCalledBy(type).Any(member => member.Name == "GetGrain" && member.DeclaringType?.Namespace?.StartsWith("Orleans", StringComparison.Ordinal) == true))
            .Select(type => type.Outermost())
            .Distinct();
        Assert.Equal([typeof(TenantGrains)], callers);
    }

    /// <summary>The factory of references, and the one place where a tool without options reads an environment variable.</summary>
    [Theory, Trait("Control", "SC-3")]
    [InlineData("src/Abstractions/Tenancy/TenantGrains.cs", "src/Cli/Terminals/Variables.cs")]
    public void The_ban_is_lifted_in_two_places_alone(string factory, string key) =>
        Assert.Equal([factory, key], Repository.Files("src", ".cs").Where(file => Repository.Read(file).Contains("RS0030", StringComparison.Ordinal)));

    [Fact, Trait("Control", "SC-3")]
    public void No_project_of_the_product_has_unsafe_code() =>
        Expect.None(Repository.Projects.Where(project => project.StartsWith("src/", StringComparison.Ordinal) && Repository.Project(project).Descendants("AllowUnsafeBlocks").Any()));

    private static IEnumerable<string> Symbols(Type type) =>
        type.GetMembers().OfType<MethodBase>().Select(Symbol)
            .Concat(type.GetProperties().Select(property => $"P:{type.FullName}.{property.Name}"))
            .Append($"T:{type.FullName}");

    /// <summary>The documentation id, which is how the analyzer knows a method.</summary>
    private static string Symbol(MethodBase method)
    {
        var generic = method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "";
        var parameters = string.Join(',', method.GetParameters().Select(parameter => parameter.ParameterType.FullName ?? parameter.ParameterType.Name));
        return $"M:{method.DeclaringType!.FullName}.{method.Name.Replace('.', '#')}{generic}{(parameters.Length == 0 ? "" : $"({parameters})")}";
    }
}
