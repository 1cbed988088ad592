using System.Reflection;
using System.Text.RegularExpressions;

namespace Platform.Architecture.Tests;

/// <summary>What travels between processes keeps its names when ours change.</summary>
[Trait("Control", "IN-6")]
public sealed partial class ContractTests
{
    private const BindingFlags OwnFields = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static IReadOnlyList<Type> Serialized { get; } =
        [.. Product.All.SelectMany(assembly => assembly.WrittenTypes()).Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))];

    [Fact]
    public void Every_serialized_type_has_a_kebab_case_alias() =>
        Expect.None(Serialized.Where(type => AliasOf(type) is not { } alias || !KebabCase.IsMatch(alias)).Select(type => $"{type}: {AliasOf(type)}"));

    [Fact]
    public void No_two_serialized_types_share_an_alias() =>
        Expect.None(Serialized.GroupBy(AliasOf, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key));

    [Fact]
    public void Every_member_of_a_serialized_type_has_an_explicit_id() =>
        Expect.None(Serialized.SelectMany(type => type.GetFields(OwnFields).Where(field => IdOf(field) is null).Select(field => $"{type.Name}.{field.Name}")));

    [Fact]
    public void No_two_members_of_a_serialized_type_share_an_id() =>
        Expect.None(Serialized.Where(type => type.GetFields(OwnFields).Select(IdOf).GroupBy(id => id).Any(group => group.Count() > 1)));

    [Fact]
    public void Every_grain_interface_and_each_of_its_methods_has_an_alias()
    {
        var contracts = Product.All.SelectMany(assembly => assembly.WrittenTypes()).Where(type => type.IsGrainContract()).ToList();
        Assert.NotEmpty(contracts);
        Expect.None(contracts.Where(contract => AliasOf(contract) is not { } alias || !KebabCase.IsMatch(alias)));
        Expect.None(contracts.SelectMany(contract => contract.GetMethods()).Where(method => AliasOf(method) is not { } alias || !KebabCase.IsMatch(alias)).Select(method => $"{method.DeclaringType!.Name}.{method.Name}"));
        Assert.Equal(contracts.Count, contracts.Select(AliasOf).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Grain_interfaces_live_in_Abstractions_and_take_string_keys_only() =>
        Expect.None(Product.All.SelectMany(assembly => assembly.WrittenTypes())
            .Where(type => type.IsGrainContract() && (type.Assembly != Product.Abstractions || !(typeof(IGrainWithStringKey).IsAssignableFrom(type) || typeof(IGrainObserver).IsAssignableFrom(type)))));

    [Fact]
    public void Every_grain_class_has_a_kebab_case_grain_type()
    {
        var grains = Product.All.SelectMany(assembly => assembly.WrittenTypes()).Where(type => type.IsGrainClass()).ToList();
        var types = grains.ConvertAll(grain => grain.GetCustomAttributesData().SingleOrDefault(data => data.AttributeType == typeof(GrainTypeAttribute))?.ConstructorArguments[0].Value as string);
        Assert.NotEmpty(grains);
        Expect.None(grains.Where(grain => grain.Assembly != Product.Grains || grain.IsPublic || !grain.IsSealed));
        Assert.All(types, type => Assert.Matches(KebabCase, type ?? ""));
        Assert.Equal(grains.Count, types.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("Abstractions")]
    [InlineData("Grains")]
    public void A_project_with_grain_contracts_keeps_a_manifest_of_them(string project)
    {
        var manifest = Repository.Read($"src/{project}/OrleansContracts.txt");
        var declared = Product.Named(project).WrittenTypes().Where(type => type.IsGrainContract() || type.IsGrainClass()).ToList();
        Assert.All(declared, type => Assert.Contains($" {type.FullName}", manifest, StringComparison.Ordinal));
        Assert.Equal("true", Repository.Project($"src/{project}/Platform.{project}.csproj").Descendants("EnableOrleansContractsAnalyzer").Single().Value);
    }

    [Fact]
    public void Drift_of_a_contract_fails_the_build()
    {
        var rules = Repository.Read(".editorconfig");
        Assert.All([16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 27], rule => Assert.Contains($"dotnet_diagnostic.ORLEANS00{rule}.severity = warning", rules, StringComparison.Ordinal));
        Assert.Equal("true", Repository.Project("Directory.Build.props").Descendants("TreatWarningsAsErrors").Single().Value);
    }

    private static string? AliasOf(MemberInfo member) =>
        member.GetCustomAttributesData().SingleOrDefault(data => data.AttributeType == typeof(AliasAttribute))?.ConstructorArguments[0].Value as string;

    /// <summary>The id of a field, or of the property behind it; null when it has none and is serialized all the same.</summary>
    private static uint? IdOf(FieldInfo field)
    {
        var member = field.Name.StartsWith('<') ? (MemberInfo?)field.DeclaringType!.GetProperty(field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)], OwnFields) : field;
        return member?.GetCustomAttribute<IdAttribute>()?.Id;
    }

    // A generic type's alias ends in its number of parameters.
    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*(`[0-9])?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex KebabCase { get; }
}
