using Platform.Api.Validation.Schema;

namespace Platform.Api.Tests.Validation.Schema;

[Trait("Control", "IN-2")]
public sealed class OfficialSuiteTests(ITestOutputHelper output)
{
    /// <summary>Files of which every group compiles. The set may only grow.</summary>
    private static readonly string[] FullySupported =
    [
        "allOf", "anyOf", "boolean_schema", "const", "default", "enum", "exclusiveMaximum", "exclusiveMinimum",
        "format", "if-then-else", "infinite-loop-detection", "items", "maxItems", "maxLength", "maxProperties",
        "maximum", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "oneOf", "pattern",
        "patternProperties", "prefixItems", "properties", "propertyNames", "required", "type", "uniqueItems",
    ];

    [Fact]
    public void Every_group_that_compiles_passes_all_its_tests()
    {
        var failures = new List<string>();
        var cases = 0;
        foreach (var group in OfficialSuite.LoadOrSkip().Where(group => Compile(group).Schema is not null))
        {
            var schema = Compile(group).Schema!;
            var wrong = group.Cases.Where(test => IsValid(schema, test.Instance) != test.Valid);
            failures.AddRange(wrong.Select(test => $"{group.File}: {group.Description}: {test.Description}"));
            cases += group.Cases.Count;
        }

        output.WriteLine($"{cases} tests judged, {failures.Count} wrong");
        Assert.Empty(failures);
    }

    [Fact]
    public void A_group_that_does_not_compile_is_refused_as_unsupported()
    {
        var refused = OfficialSuite.LoadOrSkip()
            .Select(group => (group, result: Compile(group)))
            .Where(pair => pair.result.Schema is null)
            .ToList();

        output.WriteLine($"{refused.Count} groups with {refused.Sum(pair => pair.group.Cases.Count)} tests are refused:");
        foreach (var reason in refused.GroupBy(pair => $"{pair.group.File}: {pair.result.Fault.Reason}", StringComparer.Ordinal))
        {
            output.WriteLine($"{reason.Count(),4} {reason.Key}");
        }

        Assert.DoesNotContain(refused, pair => pair.result.Fault.Kind != SchemaFaultKind.Unsupported);
    }

    [Fact]
    public void The_files_we_support_whole_are_these()
    {
        var supported = OfficialSuite.LoadOrSkip()
            .GroupBy(group => group.File, StringComparer.Ordinal)
            .Where(file => file.All(group => Compile(group).Schema is not null))
            .Select(file => file.Key)
            .ToList();

        output.WriteLine(string.Join(' ', supported));
        Assert.Equal(string.Join(' ', FullySupported), string.Join(' ', supported));
    }

    private static (CompiledSchema? Schema, SchemaFault Fault) Compile(OfficialSuite.Group group)
    {
        SchemaCompiler.TryCompile(group.Schema, out var schema, out var fault);
        return (schema, fault);
    }

    private static bool IsValid(CompiledSchema schema, byte[] instance)
    {
        var error = default(SchemaError);
        return schema.Validate(instance, ref error);
    }
}
